"""Refuses to start when the key store does not open: a wrong key must be found before the first sign-in, not after."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from lerarenregister.web.portfolio import keys
from vault import StoreUnusable, VaultError, WrongWrappingKey

_WRONG_KEY = (
    "Put back the KEYSTORE_WRAPPING_KEY this store was made with. Nothing was changed; do not remove the store."
)
_NO_STORE = "Check KEYSTORE_URL, the folder and its rights; put back the file from its backup if it is damaged."


@register("start")
def key_store_opens(**kwargs: Any) -> list[CheckMessage]:
    """Error `portfolio.E001` (wrong key), `portfolio.E002` (no usable store)."""
    try:
        keys.store()
    except WrongWrappingKey as error:
        return [Error(f"The portfolio keys can not be opened: {error}.", hint=_WRONG_KEY, id="portfolio.E001")]
    except StoreUnusable as error:
        return [Error(f"The key store is not usable: {error}.", hint=_NO_STORE, id="portfolio.E002")]
    except VaultError as error:
        return [Error(f"The key store refuses: {error}.", id="portfolio.E002")]
    return []
