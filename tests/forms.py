"""What a form carries beside its fields, for tests that post without fetching the page first."""

import functools
from collections.abc import Callable
from typing import Any

from django.test import Client

from lerarenregister.web.once import FIELD, new_key


def fill_in_keys() -> None:
    """From here on each browser of a test sends, with a form of fields, a fresh key as every form of ours does.

    A test about the key gives one of its own; one that sends raw bytes, or a key that is empty, sends what it says.
    """
    Client.post = _with_key(Client.post)  # type: ignore[method-assign]


def _with_key(post: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(post)
    def filled_in(client: Client, path: str, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        if data is None or isinstance(data, dict):
            data = {FIELD: new_key(), **(data or {})}
        return post(client, path, data, *args, **kwargs)

    return filled_in
