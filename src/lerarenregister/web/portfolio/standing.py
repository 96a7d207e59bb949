"""Whether the vault could open a portfolio now, for who runs the register."""

from lerarenregister.web.portfolio import keys


def trouble() -> str:
    """Empty when it could; else `away`: no answer, or it says that it can not."""
    return "" if keys.vault().well() else "away"
