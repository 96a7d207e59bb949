"""What is sent along to be believed: more fields than a form has, headers that a proxy might set, the way to another
site, and a form without its token.
"""

import html
import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import RegisterNumber
from tests.attacks.attempts import Answer, attempt, counted, each_role, listed, same
from tests.attacks.cast import WITH_PORTFOLIO, Browser, World, copied
from tests.attacks.lures import COOKIES, HEADERS, MARK, ONWARD, QUERY, leads_here, overposted
from tests.attacks.routes import addresses, data_of, path_of
from tests.attacks.stored import Rows, comparable, ids_in, rows_stored
from tests.attacks.table import TABLE

pytestmark = pytest.mark.django_db


def filled(world: World, name: str) -> dict[str, Any]:
    """A post that has its effect, with the form that was made for the teacher where one is needed."""
    data = data_of(name, world.ids)
    if name in ("portfolio:save", "portfolio:draft", "portfolio:template"):
        data = world.ticket | {"tekst": "Intervisie over lezen", "titel": "Lezen", "sjabloon": "les"}
    return data


# --- more fields than the form has --------------------------------------------------------------------------------


@each_role
def test_fields_that_a_form_does_not_have_change_nothing(world: World, role: str) -> None:
    number, at, wrong = RegisterNumber.random(), clock.now(), []
    before = ids_in(rows_stored())
    plain: dict[str, tuple[Answer, Rows]] = {}
    still = patch.object(clock, "now", lambda: at), patch.object(RegisterNumber, "random", lambda: number)
    with counted("fields", role) as tries, still[0], still[1]:
        for name, how in tries:
            data, path = filled(world, name), path_of(addresses()[name], world.ids)
            extra = overposted(name, data, world.ids)
            assert len(extra) > 80
            if how == "as it should":
                plain[name] = _done(world.browsers[role], path, data, before)
                continue
            part = dict(list(extra.items())[how.startswith("the rest") :: 2])
            assert len(data | part) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            sent = (path, data | part) if how.endswith("form") else (f"{path}?{urlencode(part)}", data)
            found = _done(world.browsers[role], *sent, before)
            if found[1] != plain[name][1] or found[0].status != plain[name][0].status:
                wrong.append((name, how, found[0].status, *((found[1] - plain[name][1]) or "-")))
    assert not wrong, listed(wrong)


def _done(browser: Browser, path: str, data: dict[str, Any], known: set[str]) -> tuple[Answer, Rows]:
    stored: list[Rows] = []
    answer = attempt(
        browser, "POST", path, data, before_undoing=lambda: stored.append(comparable(rows_stored(), known))
    )
    return answer, stored[0]


def test_what_is_stored_is_seen_to_differ_when_a_field_has_effect(world: World) -> None:
    known, path = ids_in(rows_stored()), path_of(addresses()["accounts:staff"], world.ids)
    one, other = (
        _done(world.browsers["manager"], path, {"known_as": "Iris", "role": role}, known)[1]
        for role in ("board-staff", "board-manager")
    )
    assert one != other


# --- headers, cookies and addresses that could poison a cache ------------------------------------------------------


@each_role
def test_a_page_says_the_same_whatever_stands_around_the_address(world: World, role: str) -> None:
    browser, at, wrong = world.browsers[role], clock.now(), []
    plain: dict[str, Answer] = {}
    with counted("caches", role) as tries, patch.object(clock, "now", lambda: at):
        for name, how in tries:
            path = path_of(addresses()[name], world.ids)
            answer = AROUND[how](browser, path) if how in AROUND else attempt(browser, "GET", path + how)
            everything = f"{answer.said} {answer.headers} {answer.cookies}"
            if how == "as it should":
                plain[name] = answer
                wrong += [(name, how, answer.headers)] if not _kept_apart(name, answer) else []
            elif how == "host":
                wrong += [(name, how, answer.status)] if answer.status != 400 else []
            elif how in AROUND and (name, how) not in SAID_OTHERWISE:
                wrong += [(name, how, answer.status)] if not _as_it_was(answer, plain[name]) else []
            elif how not in AROUND and (
                answer.status != 404 or "no-store" not in answer.headers.get("Cache-Control", "")
            ):
                wrong.append((name, how, answer.status))
            if MARK in everything:
                wrong.append((name, how, "is repeated"))
    assert not wrong, listed(wrong)


def _as_it_was(answer: Answer, plain: Answer) -> bool:
    """The same answer; or, for who asked, that what she has is the same (RFC 9110, 15.4.5)."""
    unchanged = answer.status == 304 and "ETag" in plain.headers and answer.headers.get("ETag") == plain.headers["ETag"]
    return unchanged or same(answer) == same(plain)


def _kept_apart(name: str, answer: Answer) -> bool:
    """A cache keeps it for nobody, or for who sends the same cookies; never does a page say that it may be kept."""
    control = answer.headers.get("Cache-Control", "")
    apart = "no-store" in control or "Cookie" in answer.headers.get("Vary", "") or name == "site:security-txt"
    return apart and "public" not in control and "max-age" not in control.replace("max-age=0", "")


def _with_cookies(browser: Browser, path: str) -> Answer:
    for name, value in COOKIES.items():
        browser.client.cookies[name] = value
    answer = attempt(browser, "GET", path)
    for name in COOKIES:
        del browser.client.cookies[name]
    return answer


SAID_OTHERWISE = {("portfolio:offline", "query")}
"""The page that a device keeps has its language in its address: the worker asks for it without a cookie."""
AROUND: dict[str, Callable[[Browser, str], Answer]] = {
    "as it should": lambda browser, path: attempt(browser, "GET", path),
    "headers": lambda browser, path: attempt(browser, "GET", path, headers=HEADERS),
    "query": lambda browser, path: attempt(browser, "GET", path, QUERY),
    "cookies": _with_cookies,
    "host": lambda browser, path: attempt(browser, "GET", path, headers={"host": MARK}),
    "port": lambda browser, path: attempt(browser, "GET", path, headers={"host": "testserver:1337"}),
}


# --- the way to another site ---------------------------------------------------------------------------------------


@each_role
def test_no_parameter_leads_to_another_site(world: World, role: str) -> None:
    browser, wrong = world.browsers[role], []
    with counted("redirects", role) as tries:
        for name, how in tries:
            method, _, elsewhere = how.partition(" ")
            path = path_of(addresses()[name], world.ids)
            data = dict.fromkeys(ONWARD, elsewhere)
            if method == "POST":
                data, path = data_of(name, world.ids) | data, f"{path}?{urlencode(data)}"
            answer = attempt(browser, method, path, data, headers={"referer": f"https://{MARK}/", "origin": "null"})
            to = answer.headers.get("Location", "/")
            offered = [
                html.unescape(each.replace("PATH", path.partition("?")[0]))
                for each in re.findall(r'name="verder" value="([^"]*)"', answer.said)
            ]
            if not all(map(leads_here, [to, *offered])) or answer.status >= 500 or "x" in answer.cookies:
                wrong.append((name, how, to, offered))
    assert not wrong, listed(wrong)


# --- a form without its token ---------------------------------------------------------------------------------------


@each_role
def test_no_form_does_anything_without_its_token(world: World, role: str) -> None:
    strict = Browser(Client(enforce_csrf_checks=True), world.browsers[role].account)
    before, wrong = comparable(rows_stored(), set()), []
    with counted("tokens", role) as tries:
        for name, how in tries:
            strict.client.cookies = copied(world.browsers[role].client.cookies)
            if how == "the token of another":
                strict.client.cookies["csrf"] = "a" * 32
            data = filled(world, name) | ({} if how == "no token" else {"csrfmiddlewaretoken": "b" * 32})
            path = path_of(addresses()[name], world.ids)
            answer, stored = _done(strict, path, data, set())
            if answer.status != 403 or stored != before:
                wrong.append((name, how, answer.status, answer.wrote))
    assert not wrong, listed(wrong)


def test_the_same_form_with_its_token_is_taken(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = copied(world.browsers["teacher"].client.cookies)
    page = strict.get("/mijn-registratie/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    data = data_of("register:confirm", world.ids) | {"csrfmiddlewaretoken": token}
    with transaction.atomic():
        assert strict.post("/mijn-registratie/bevestigen/", data).status_code == 302
        transaction.set_rollback(True)


def test_the_portfolio_is_written_by_whoever_has_the_form_alone(world: World) -> None:
    if WITH_PORTFOLIO:
        answers = {
            role: attempt(browser, "POST", "/portfolio/bewaren/", filled(world, "portfolio:save"))
            for role, browser in world.browsers.items()
        }
        assert {role for role, answer in answers.items() if answer.wrote} == {"teacher"}
        assert "portfolio:save" in TABLE
