"""Whether the key store stands, for who runs the register. It opens no key and makes no store."""

from lerarenregister.web.portfolio import keys
from vault import VaultError, WrongWrappingKey


def trouble() -> str:
    """Empty when it opens with its wrapping key; else `wrong-key`, or `unusable` (also when it is not there)."""
    try:
        keys.store(may_make=False)
    except WrongWrappingKey:
        return "wrong-key"
    except VaultError:
        return "unusable"
    return ""
