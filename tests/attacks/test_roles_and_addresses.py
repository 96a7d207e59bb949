"""Every address as every role: nobody gets what is not hers, and what is absent and what is refused look the same.

`TABLE` says for every address who gets in. An address without a row fails, and so does a row without an address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.fixtures import Settings

from tests.attacks import cast
from tests.attacks.cast import WITH_PORTFOLIO, Browser, World
from tests.register.cast import BOARD, csv_of

pytestmark = pytest.mark.django_db
PERSONS = ("stranger", "teacher", "colleague")
OWNER = ("teacher",)
STAFF = ("staff", "manager")
MANAGER = ("manager",)
WEAK = "staff without second factor"
ROLES = (
    "anonymous",
    *PERSONS,
    *STAFF,
    "other staff",
    "other manager",
    WEAK,
    "former staff",
    "support",
    "auditor",
    "operator",
    "employer",
)
SIGNED_IN = ROLES[1:]


@dataclass(frozen=True)
class Row:
    """Who gets in, and what a look and an act come to for them: `page`, `done` (sent on), `wrong` (the form says what),
    `none` (not there), `no` (not by this method), `sign-in`, `own` (an identity of her own is needed).

    The others are refused by the ground: `role` and `session` (sign in first; then not there), `person` (sign in first,
    with an identity of her own; then not there), `form` (not hers: the form is refused).
    """

    who: tuple[str, ...]
    get: str
    post: str
    ground: str = "role"


def _look(who: tuple[str, ...], ground: str = "role") -> Row:
    return Row(who, "page", "no", ground)


def _act(who: tuple[str, ...], ground: str = "role", post: str = "done") -> Row:
    return Row(who, "no", post, ground)


TABLE = {
    "site:home": _look(ROLES),
    "site:help": _look(ROLES),
    "site:privacy": _look(ROLES),
    "site:accessibility": _look(ROLES),
    "site:about": _look(ROLES),
    "site:language": _act(ROLES),
    "site:security-txt": _look(ROLES),
    "accounts:choose": _look(ROLES),
    "accounts:begin": _act(ROLES, post="none"),  # no provider of that name here
    "accounts:callback": Row(ROLES, "none", "no"),
    "accounts:sign-out": _act(ROLES),
    "accounts:second-factor": Row(SIGNED_IN, "done", "no", "session"),
    "accounts:sessions": _look(SIGNED_IN, "session"),
    "accounts:end-session": _act(OWNER, "session"),
    "accounts:end-all-sessions": _act(SIGNED_IN, "session"),
    "accounts:invitation": Row(SIGNED_IN, "page", "wrong", "session"),
    "accounts:staff": Row(MANAGER, "page", "page"),
    "accounts:end-role": _act(MANAGER),
    "accounts:withdraw-invitation": _act(MANAGER),
    "audit:who-looked": _look(PERSONS, "person"),
    "audit:log": _look(("auditor",)),
    "state:metrics": Row(ROLES, "none", "no"),
    "state:state": _look(("operator",)),
    "state:live": _look(ROLES),
    "state:ready": _look(ROLES),
    "register:activate": Row(PERSONS, "page", "wrong", "person"),
    "register:activate_with_code": Row(PERSONS, "page", "wrong", "person"),
    "register:own": _look(PERSONS, "person"),
    "register:confirm": _act(OWNER, "person"),
    "register:dispute": Row(OWNER, "page", "done", "person"),
    "register:extract": _look(PERSONS, "person"),
    "register:counts": _look(ROLES),
    "register:board": _look(STAFF),
    "register:upload": Row(STAFF, "page", "done"),
    "register:delivery": _look(STAFF),
    "register:deliver": _act(STAFF),
    "register:report": _look(STAFF),
    "register:letters": _act(STAFF, post="page"),
    "register:reviews": _look(("support",)),
    "register:decide_review": _act(("support",)),
}
if WITH_PORTFOLIO:
    TABLE |= {
        "portfolio:timeline": _look(PERSONS, "person"),
        "portfolio:save": _act((), "form"),
        "portfolio:draft": Row((), "form", "form", "form"),
        "portfolio:discard-draft": _act(PERSONS, "person"),
        "portfolio:bin": _look(PERSONS, "person"),
        "portfolio:take-out": _look(PERSONS, "person"),
        "portfolio:download": _look(PERSONS, "person"),
        "portfolio:bring-in": Row(PERSONS, "page", "wrong", "person"),
        "portfolio:entry": _look(OWNER, "person"),
        "portfolio:edit": _look(OWNER, "person"),
        "portfolio:history": _look(OWNER, "person"),
        "portfolio:restore-version": _act(OWNER, "person"),
        "portfolio:delete": _act(OWNER, "person"),
        "portfolio:restore": _act(OWNER, "person"),
    }
# Anyone may look at the page where a code is entered: it says how to sign in, and redeems nothing.
OPEN_PAGES = {("register:activate", "get"), ("register:activate_with_code", "get")}
REFUSALS = {"none", "sign-in", "own", "second-factor"}

# The token of a form, and the mark on the menu item of the page's own address: they say nothing of what is there.
_PASSING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"| aria-current="page"')
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_NAMES_OF_IDS = {"session_id": "session", "entry_id": "entry"}
_FIXED = {"slug": "eid", "code": "ABCD-EFGH-JKMN-PQRS5", "version": "1"}


@dataclass(frozen=True)
class Answer:
    """What an attempt came to, the bytes without token and address, and the headers. `stored`: what is stored after a
    refusal."""

    outcome: str
    said: str
    headers: dict[str, str]
    stored: str


def expected(name: str, method: str, role: str) -> str:
    """What the table says of this role."""
    row = TABLE[name]
    outcome = row.get if method == "get" else row.post
    if role == WEAK and outcome != "no" and (row.who == STAFF or name == "accounts:second-factor"):
        return "second-factor" if row.who == STAFF else "own"
    if outcome == "no" or role in row.who or (name, method) in OPEN_PAGES:
        return "page" if (name, method) in OPEN_PAGES else outcome
    if row.ground == "role":
        return "sign-in" if role == "anonymous" else "none"
    if row.ground == "form":
        return "wrong" if name == "portfolio:save" else "own" if role in PERSONS else "sign-in"
    if role == "anonymous":
        return "sign-in"
    return "own" if row.ground == "person" and role not in PERSONS else "none"


def addresses() -> dict[str, str]:
    """Every address of the project: its name and its pattern."""
    return dict(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield f"{space}:{each.name}", before + str(each.pattern)
        else:
            yield from _walk(each, before + str(each.pattern), each.namespace or space)


def path_of(pattern: str, ids: dict[str, str]) -> str:
    """The address with these ids filled in."""

    def value(found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        return ids[_NAMES_OF_IDS.get(name, name)] if kind == "uuid" or name == "number" else _FIXED[name]

    return "/" + re.sub(r"<(\w+):(\w+)>", value, pattern)


def data_of(name: str, ids: dict[str, str]) -> dict[str, Any]:
    """A post that would have its effect if it were allowed."""
    review = ids["review"].replace("-", "")
    return {
        "accounts:staff": {"known_as": "Mallory", "role": "board-staff"},
        "register:confirm": {"versie": ids["version"], "persoon": ids["person"]},
        "register:decide_review": {f"{review}-decision": "accept", f"{review}-words": "Akte gezien"},
        "register:dispute": {"words": "Dit klopt niet"},
        "register:upload": {"bestand": SimpleUploadedFile("l.csv", csv_of({"vak": "frans"}), "text/csv")},
        "site:language": {"taal": "en", "verder": "/hulp/"},
    }.get(name, {})


def attempt(browser: Browser, name: str, pattern: str, method: str, ids: dict[str, str]) -> Answer:
    """One request, undone afterwards."""
    path = path_of(pattern, ids)
    cookies = browser.client.cookies.copy()
    with transaction.atomic():
        send = browser.client.get if method == "get" else browser.client.post
        response = send(path, data_of(name, ids) if method == "post" else {})
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[arg-type]
        outcome = _outcome(response)
        stored = cast.everything_stored() if outcome in REFUSALS else ""
        transaction.set_rollback(True)
    browser.client.cookies = cookies
    said = _ID.sub("ID", _PASSING.sub("", body.decode("latin-1").replace(path, "PATH")))
    return Answer(outcome, said, dict(response.headers), stored)


def _outcome(response: Any) -> str:
    location = response.headers.get("Location", "")
    if location:
        if location.startswith("/tweede-factor/"):
            return "second-factor"
        return "sign-in" if location.startswith("/inloggen/") else "done"
    words = {200: "page", 404: "none", 405: "no", 400: "wrong", 401: "sign-in", 403: "own"}
    return words.get(response.status_code, str(response.status_code))


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    settings.KEYSTORE_URL = f"sqlite:///{tmp_path}/keys.sqlite3"
    made = cast.world()
    made.ids["number"] = BOARD
    assert tuple(made.browsers) == ROLES
    return made


def test_every_address_has_a_row() -> None:
    assert set(addresses()) == set(TABLE)


@pytest.mark.parametrize("method", ["get", "post"])
def test_each_role_gets_what_the_table_says_and_a_refusal_changes_nothing(world: World, method: str) -> None:
    before = cast.everything_stored()
    wrong = []
    for name, pattern in addresses().items():
        for role, browser in world.browsers.items():
            answer = attempt(browser, name, pattern, method, world.ids)
            if answer.outcome != expected(name, method, role):
                wrong.append((name, role, answer.outcome, expected(name, method, role)))
            if answer.outcome in REFUSALS and answer.stored != before:
                wrong.append((name, role, "refused", "yet something was written"))
            if role != "anonymous" and "no-store" not in answer.headers.get("Cache-Control", ""):
                wrong.append((name, role, "a cache may keep it", ""))
            policy = answer.headers.get("Content-Security-Policy", "")
            if "default-src 'none'" not in policy or "unsafe" in policy:
                wrong.append((name, role, "it has no content security policy", policy))
    assert wrong == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_absent_and_what_is_refused_look_the_same_to_everybody(world: World, method: str) -> None:
    absent = {name: str(uuid4()) for name in world.ids} | {"number": "00000"}
    wrong = []
    for name, pattern in addresses().items():
        if not re.search(r"<uuid:|:number>", pattern) and name != "register:confirm":
            continue
        for role, browser in world.browsers.items():
            nothing = attempt(browser, name, pattern, method, absent)
            if role in TABLE[name].who or (role == WEAK and TABLE[name].who == STAFF):
                wrong += [(name, role, nothing.outcome)] if nothing.outcome not in ("none", "no") else []
                continue
            there = attempt(browser, name, pattern, method, world.ids)
            if (there.outcome, there.said) != (nothing.outcome, nothing.said):
                wrong.append((name, role, f"{there.outcome} {nothing.outcome}"))
    assert wrong == []


def test_other_methods_change_nothing_for_anybody(world: World) -> None:
    before = cast.everything_stored()
    for pattern in addresses().values():
        for role in ("anonymous", "teacher", "manager"):
            client = world.browsers[role].client
            for send in (client.put, client.patch, client.delete, client.options):
                assert send(path_of(pattern, world.ids)).status_code < 500, pattern
    assert cast.everything_stored() == before


def test_a_head_is_a_look_and_nothing_more(world: World) -> None:
    before = cast.everything_stored()
    for name, pattern in addresses().items():
        if TABLE[name].get != "page":
            continue
        for role in ("anonymous", "teacher", "staff"):
            client, path = world.browsers[role].client, path_of(pattern, world.ids)
            with transaction.atomic():
                answers = [client.get(path).status_code, client.head(path).status_code]
                transaction.set_rollback(True)
            assert answers[0] == answers[1], (name, role)
    assert cast.everything_stored() == before


def test_odd_ids_give_a_page_and_never_an_error_of_ours(world: World) -> None:
    for odd in ("%00", "%ed%a0%80", "%F0%9F%98%80", "..%2f..%2fetc", "a" * 3000, "%0d%0aSet-Cookie:x=1"):
        for role in ("anonymous", "teacher", "staff"):
            for before in ("bestuur/", "activeren/", "inloggen/", "portfolio/", ""):
                response = world.browsers[role].client.get(f"/{before}{odd}/")
                assert response.status_code < 500, (before, odd)
                assert "x=1" not in str(response.cookies)
