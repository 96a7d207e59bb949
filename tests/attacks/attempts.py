"""One request by somebody, undone afterwards, and what it came to."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.events import Actor
from tests.attacks import plan
from tests.attacks.cast import Browser

REFUSALS = {"none", "sign-in", "own", "second-factor", "no"}
# Using a session is noted, and Django keeps its contents: neither is an act of hers.
_OF_SESSIONS = ('"accounts_signedinsession"', '"django_session"')
_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE)\b", re.IGNORECASE)

# The token of a form, the mark on the menu item of the page's own address and the request's number: they say nothing
# of what is there.
_PASSING = re.compile(r'name="(?:csrfmiddlewaretoken|eenmalig)" value="[^"]*"| aria-current="page"')
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_WORDS = {200: "page", 404: "none", 405: "no", 400: "wrong", 401: "sign-in", 403: "own", 303: "done"}


SENT: Counter[str] = Counter()
"""How many requests were made in this process."""


@dataclass(frozen=True)
class Answer:
    """What an attempt came to: `said` are the bytes without token, ids and address, `wrote` the statements that wrote
    something, `asked` the permissions that the code asked for."""

    outcome: str
    status: int
    said: str
    headers: dict[str, str]
    cookies: dict[str, str]
    wrote: tuple[str, ...] = ()
    asked: frozenset[Permission] = frozenset()


@dataclass
class Noted:
    """What happened below the door during a request."""

    wrote: list[str] = field(default_factory=list)
    asked: set[Permission] = field(default_factory=set)


@contextmanager
def noting() -> Iterator[Noted]:
    """Note which statements write, and which permissions are asked for."""
    noted, real = Noted(), Viewer.must

    def must(viewer: Viewer, permission: Permission, *, scope: str = "") -> Actor:
        noted.asked.add(permission)
        return real(viewer, permission, scope=scope)

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITES.match(sql) and not any(table in sql for table in _OF_SESSIONS):
            noted.wrote.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run), patch.object(Viewer, "must", must):
        yield noted


def attempt(
    browser: Browser, method: str, path: str, data: Any = None, *, hide: Sequence[str] = (), **extra: Any
) -> Answer:
    """One request. `hide`: what is taken out of the answer before answers are compared, besides the address."""
    SENT["requests"] += 1
    cookies = browser.client.cookies.copy()
    with transaction.atomic(), noting() as noted:
        response = _send(browser, method, path, data, extra)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    browser.client.cookies = cookies
    said = _PASSING.sub("", body.decode("latin-1").replace(path, "PATH"))
    for each in hide:
        said = said.replace(each, "HIDDEN")
    set_cookies = {name: morsel.OutputString() for name, morsel in response.cookies.items()}
    return Answer(
        _outcome(response),
        response.status_code,
        _ID.sub("ID", said),
        dict(response.headers),
        set_cookies,
        tuple(noted.wrote),
        frozenset(noted.asked),
    )


def _send(browser: Browser, method: str, path: str, data: Any, extra: dict[str, Any]) -> Any:
    if method in ("GET", "HEAD", "POST"):
        return getattr(browser.client, method.lower())(path, data or {}, **extra)
    return browser.client.generic(method, path, **extra)


def _outcome(response: Any) -> str:
    location = response.headers.get("Location", "")
    if location:
        if location.startswith("/tweede-factor/"):
            return "second-factor"
        return "sign-in" if location.startswith("/inloggen/") else "done"
    return _WORDS.get(response.status_code, str(response.status_code))


@contextmanager
def counted(kind: str, role: str) -> Iterator[plan.Plan]:
    """The plan for this kind and role; afterwards exactly as many requests were made as it says."""
    tries, before = plan.KINDS[kind].plan(role), SENT["requests"]
    yield tries
    assert SENT["requests"] - before == len(tries), f"{kind} as {role}: not what the plan says"
