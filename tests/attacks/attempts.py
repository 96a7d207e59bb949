"""One request by somebody, undone afterwards, and what it came to."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.events import Actor
from tests.attacks import plan
from tests.attacks.cast import Browser, World, copied
from tests.attacks.table import ROLES

QUARTERS = {f"quarter {number + 1}": ROLES[number::4] for number in range(4)}
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


def each_role(walk: Callable[[World, str], None]) -> Callable[..., None]:
    """A test of a walk as every role, in four quarters. Those of a quarter go one after another through one world: what
    each of them did there was undone."""

    def test(world: World, roles: tuple[str, ...]) -> None:
        for role in roles:
            walk(world, role)

    test.__name__, test.__qualname__, test.__doc__ = walk.__name__, walk.__qualname__, walk.__doc__
    test.__module__ = walk.__module__
    quarters: Callable[..., None] = pytest.mark.parametrize("roles", QUARTERS.values(), ids=QUARTERS.keys())(test)
    return quarters


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
    browser: Browser,
    method: str,
    path: str,
    data: Any = None,
    *,
    before_undoing: Callable[[], None] = lambda: None,
    **extra: Any,
) -> Answer:
    """One request; `before_undoing` may look at what it left."""
    SENT["requests"] += 1
    cookies = copied(browser.client.cookies)
    with transaction.atomic(), noting() as noted:
        response = _send(browser, method, path, data, extra)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        before_undoing()
        transaction.set_rollback(True)
    browser.client.cookies = cookies
    said = _PASSING.sub("", body.decode("latin-1").replace(path.partition("?")[0], "PATH"))
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


def same(answer: Answer) -> tuple[Any, ...]:
    """All that could tell one answer from another. Aside: the request's number and moment, and what repeats the address
    or the bytes that are compared themselves."""
    aside = ("X-Request-ID", "Expires", "Location", "Content-Length")
    headers = {name: value for name, value in answer.headers.items() if name not in aside}
    return answer.status, answer.outcome, answer.said, headers, sorted(answer.cookies)


def listed(wrong: list[Any]) -> str:
    """What is wrong, one a line, the first ones."""
    return "\n".join([f"{len(wrong)} answers are not what they should be:", *map(str, wrong[:25])])


@contextmanager
def counted(kind: str, role: str, *, only: Callable[[str], bool] = bool) -> Iterator[plan.Plan]:
    """The plan for this kind and role, or `only` the part of it that is tried in this way; afterwards exactly as many
    requests were made as it says."""
    tries, before = [each for each in plan.KINDS[kind].plan(role) if only(each[1])], SENT["requests"]
    assert tries
    yield tries
    assert SENT["requests"] - before == len(tries), f"{kind} as {role}: not what the plan says"
