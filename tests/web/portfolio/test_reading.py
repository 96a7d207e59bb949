"""Reading, the bin, and what others see of it: nothing."""

import logging
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Kind
from lerarenregister.web.accounts import session
from lerarenregister.web.portfolio import keys
from lerarenregister.web.requests import DoorRequest
from tests import vaults
from tests.web.portfolio.conftest import Person, sign_in, sign_in_response, ticket_in

pytestmark = pytest.mark.django_db


def test_she_deletes_undoes_and_finds_it_back(teacher: Person) -> None:
    url = teacher.written("Even weg")
    gone = teacher.press(url, "verwijderen/")
    page = teacher.get(gone["Location"])
    assert "Naar de prullenbak verplaatst" in page
    assert "Even weg" not in page
    assert "Even weg" in teacher.get("/portfolio/prullenbak/")
    back = teacher.press(url, "herstellen/")
    assert "Teruggezet uit de prullenbak" in teacher.get(back["Location"])
    assert "Even weg" in teacher.get("/portfolio/")
    assert "De prullenbak is leeg" in teacher.get("/portfolio/prullenbak/")
    undone = teacher.press(url, "verwijderen/", verder="begin")
    assert "Naar de prullenbak verplaatst" in teacher.get(undone["Location"])


def test_a_button_of_an_old_page_does_not_undo_what_she_did_since(teacher: Person) -> None:
    url = teacher.written("Blijft")
    for act in ("verwijderen/", "herstellen/"):
        first = teacher.press(url, act)
        again = teacher.client.post(url + act, {"versie": "1" if act == "verwijderen/" else "2"})
        assert again["Location"] == first["Location"], "the same button twice"
    late = teacher.client.post(url + "verwijderen/", {"versie": "1"})
    assert late["Location"] == url, "she sees what is there now"
    assert "De prullenbak is leeg" in teacher.get("/portfolio/prullenbak/")
    teacher.press(url, "verwijderen/")
    assert teacher.client.post(url + "herstellen/", {"versie": "2"})["Location"] == url
    for wrong in ({}, {"versie": "x"}, {"versie": "-4"}):
        teacher.client.post(url + "herstellen/", wrong)
    assert "Blijft" in teacher.get("/portfolio/prullenbak/")


PAGES = ["", "bewerken/", "eerder/"]
POSTS = ["verwijderen/", "herstellen/", "eerder/1/"]


def test_a_stranger_sees_the_same_page_for_absent_and_refused(teacher: Person, stranger: Person) -> None:
    url, absent = teacher.written("Van mij"), f"/portfolio/{uuid4()}/"
    for path in PAGES:
        refused, missing = stranger.client.get(url + path), stranger.client.get(absent + path)
        assert (refused.status_code, missing.status_code) == (404, 404)
        assert plain(refused, url) == plain(missing, absent)
    for path in POSTS:
        refused, missing = stranger.client.post(url + path), stranger.client.post(absent + path)
        assert (refused.status_code, missing.status_code) == (404, 404)
        assert plain(refused, url) == plain(missing, absent)
    assert "Van mij" in teacher.get(url)


def plain(response: Any, url: str) -> str:
    """The page without its own address and its form tokens, which differ for every request."""
    page = response.content.decode().replace(url, "/portfolio/ID/")
    return re.sub(r'name="(?:csrfmiddlewaretoken|eenmalig)" value="[^"]+"', "", page)


def paths(url: str) -> list[str]:
    own = ["", "prullenbak/", "meenemen/", "meenemen/zip/", "terugbrengen/"]
    return [url + path for path in PAGES] + [f"/portfolio/{path}" for path in own]


def test_an_employers_session_is_told_why_and_opens_nothing(teacher: Person, signed_in: Callable[..., Person]) -> None:
    url = teacher.written("Van mij")
    employer = signed_in("teacher", person_bound=False)
    for path in paths(url):
        response = employer.client.get(path)
        assert response.status_code == 403
        assert "inlogmiddel van jezelf" in response.content.decode()
    assert "Wat wil je vastleggen" not in employer.get("/")
    assert "sleutel" not in employer.client.cookies or not employer.client.cookies["sleutel"].value
    assert employer.client.post(url + "verwijderen/").status_code == 403


def test_nobody_is_sent_to_the_sign_in_page(teacher: Person) -> None:
    for path in paths(teacher.written("Van mij")):
        response = Client().get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/inloggen/?verder=")


@pytest.mark.parametrize("wrong", ["0", "2", "-1", "x", "9" * 30, "١"])
def test_a_page_of_the_timeline_that_is_not_there_is_absent(teacher: Person, wrong: str) -> None:
    teacher.written("Eén")
    assert teacher.client.get("/portfolio/", {"pagina": wrong}).status_code == 404


def sealer_of(person: Person) -> tuple[Viewer, Sealer]:
    request = cast(DoorRequest, RequestFactory().get("/"))
    request.COOKIES["sleutel"] = person.client.cookies["sleutel"].value
    request.session = person.client.session
    request.at = clock.now()
    request.viewer = session.viewer_of(request)
    return request.viewer, keys.sealer_of(request)


def fill(person: Person, many: int) -> None:
    viewer, sealer = sealer_of(person)
    at = clock.now()
    entries = [
        KeptEntry(Content(Kind.READING, date(2015, 1, 1) + timedelta(days=day), f"Dag {day}. Tekst." * 20), at, at)
        for day in range(many)
    ]
    actions.import_entries(viewer=viewer, sealer=sealer, entries=entries, at=at)


@pytest.mark.parametrize("many", [20, 1000])
def test_the_timeline_takes_at_most_eight_queries_for_any_size(teacher: Person, many: int) -> None:
    fill(teacher, many)
    teacher.get("/portfolio/")
    with CaptureQueriesContext(connection) as taken:
        page = teacher.get("/portfolio/")
    assert len(taken) <= 8, [query["sql"] for query in taken]
    assert page.count('class="pf-entry"') == 20
    assert len(page) < 100_000


def test_a_dump_of_everything_holds_no_word_of_hers(
    teacher: Person, vault: vaults.Here, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "kanariegeel"
    url = teacher.written(f"{canary} gelezen")
    ticket = teacher.ticket(teacher.get(url + "bewerken/"))
    teacher.client.post("/portfolio/bewaren/", {**ticket, "tekst": f"{canary} twee", "titel": f"{canary} titel"})
    teacher.client.post("/portfolio/concept/", {**teacher.ticket(), "tekst": f"{canary} concept"})
    teacher.client.get("/portfolio/meenemen/zip/").getvalue()
    dump = b"".join(each.read_bytes() for each in vault().store.path.parent.iterdir()) + caplog.text.encode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                dump += b"|".join(
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row
                )
    assert str(Entry.objects.get().pk).encode() in dump or Entry.objects.get().pk.hex.encode() in dump
    assert canary.encode() not in dump
    assert teacher.client.cookies["sleutel"].value.encode() not in dump
    events = AuditEvent.objects.values_list("name", flat=True)
    assert not [name for name in events if "portfolio" in name]


@pytest.mark.parametrize("https", [True, False])
def test_the_cookie_with_the_key_is_out_of_reach_of_scripts_and_other_sites(settings: Any, https: bool) -> None:
    settings.SESSION_COOKIE_SECURE = https
    _request, response = sign_in_response(Client(), "teacher", person_bound=True)
    cookie = response.cookies["sleutel"]
    assert len(cookie.value) >= 43
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) is https
    assert cookie["max-age"] == cookie["expires"] == ""  # it ends with the browser


def test_a_lost_vault_hides_nothing_behind_a_new_key(teacher: Person) -> None:
    teacher.written("Van mij")
    with vaults.in_process() as new:
        sign_in(teacher.client, "teacher")
        assert teacher.client.get("/portfolio/").status_code == 401
        assert teacher.client.get("/portfolio/").content.decode().count("storing bij ons") == 1
        assert list(new().held()) == []
    sign_in(teacher.client, "teacher")
    assert "Van mij" in teacher.get("/portfolio/")


def test_a_page_says_no_line_twice(teacher: Person) -> None:
    url = teacher.written("Op 4 september 2017 begon ik\nen nu weer verder")
    page = teacher.get(url)
    assert '<h1><time datetime="2017-09-04">4 september 2017</time></h1>' in page
    assert page.partition("<main")[2].count("Op 4 september 2017 begon ik") == 1
    assert "<title>Op 4 september 2017 begon ik · " in page
    titled = {**ticket_in(teacher.get(url + "bewerken/")), "tekst": "Begonnen", "titel": "Een begin"}
    page = teacher.get(teacher.client.post("/portfolio/bewaren/", titled)["Location"])
    assert "<h1>Een begin</h1>" in page
