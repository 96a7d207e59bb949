"""Sharing on her own pages: in steps, exactly what she saw, with an end; by name; and what she sees of it later."""

import io
import json
import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from jsonschema import Draft202012Validator

from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.portfolio import due
from lerarenregister.kernel import clock
from lerarenregister.kernel.envelopes import new_key
from lerarenregister.portfolio.models import FilePiece
from lerarenregister.portfolio.sharing import actions
from lerarenregister.portfolio.sharing.models import Copy, Share
from lerarenregister.portfolio.sharing.rules.receiving import Own
from tests import samples
from tests.web.portfolio.conftest import Person, sign_in
from tests.web.portfolio.test_order import keep
from tests.web.shared.conftest import code_on, collected, form_of, opened, page_in, shared

pytestmark = pytest.mark.django_db


def test_she_sees_exactly_what_will_be_in_it_before_she_shares(teacher: Person) -> None:
    document = SimpleUploadedFile("verslag.pdf", samples.PDF, "application/pdf")
    url = collected(teacher, "Les over breuken", files=(document,))
    page, form = form_of(teacher, url)
    for words in ("Dit komt in de kopie", "Les over breuken", "Waar het over gaat", "verslag.pdf", "1 bestand"):
        assert words in page
    assert 'value="Anouk Voorbeeld"' in page
    assert date.fromisoformat(form["tot"]) - clock.dutch_date(clock.now()) == timedelta(days=30)
    assert not Copy.objects.exists()


def test_what_changed_since_she_looked_is_shown_first(teacher: Person) -> None:
    url = collected(teacher, "Les over breuken", "Nog een les")
    _page, form = form_of(teacher, url)
    entry = re.findall(r'href="(/portfolio/[0-9a-f-]{36}/)">Openen', teacher.get(url))[0]
    teacher.press(entry, "verwijderen/")
    answer = teacher.client.post(url + "delen/nu/", form)
    assert answer.status_code == 409
    assert "intussen iets veranderd" in answer.content.decode()
    assert not Share.objects.exists()
    fresh = re.findall(r'name="gezien" value="([^"]*)"', answer.content.decode())[0]
    assert teacher.client.post(url + "delen/nu/", form | {"gezien": fresh}).status_code == 303


def test_a_file_that_vanished_meanwhile_is_told_and_nothing_is_shared(teacher: Person) -> None:
    document = SimpleUploadedFile("verslag.pdf", samples.PDF, "application/pdf")
    url = collected(teacher, files=(document,))
    _page, form = form_of(teacher, url)
    FilePiece.objects.all().delete()
    answer = teacher.client.post(url + "delen/nu/", form)
    assert answer.status_code == 409
    assert "niet meer te lezen" in answer.content.decode()
    assert not Copy.objects.exists()


def test_a_double_click_makes_one_share_and_shows_the_same_link(teacher: Person) -> None:
    url = collected(teacher)
    _page, form = form_of(teacher, url)
    pages = [teacher.client.post(url + "delen/nu/", form)["Location"] for _ in range(2)]
    assert pages[0] == pages[1]
    assert code_on(teacher, pages[0]) == code_on(teacher, pages[1])
    assert Share.objects.count() == 1


def test_with_an_employer_a_page_says_first_that_nobody_may_demand_it(teacher: Person) -> None:
    url = collected(teacher)
    page = teacher.client.post(url + "delen/", {"wie": "employer"}).content.decode()
    assert "Niemand mag dit van je eisen" in page
    assert "delen/nu/" not in page
    page, form = form_of(teacher, url, who="employer", vrijwillig="1")
    assert "Niemand mag dit van je eisen" in page
    assert form["wie"] == "employer"
    answer = teacher.client.post(url + "delen/nu/", form)
    assert "werkgever of leidinggevende" in teacher.get(answer["Location"])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"waarvoor": " "}, "Schrijf waarvoor je dit deelt"),
        ({"waarvoor": "a" * 301}, "er passen 300 tekens in"),
        ({"naam": ""}, "Vul een naam in"),
        ({"naam": "\u202e"}, "Vul dit in"),
        ({"tot": ""}, "Kies tot wanneer"),
        ({"tot": "morgen"}, "Kies een dag"),
        ({"tot": "2018-01-01"}, "hooguit 365 dagen vooruit"),
        ({"tot": "2999-01-01"}, "hooguit 365 dagen vooruit"),
        ({"hoe": ""}, "Kies hoe je het deelt"),
        ({"hoe": "name", "adres": ""}, "Dit ontvangstadres klopt niet"),
        ({"hoe": "name", "adres": "0000-" * 14}, "Dit ontvangstadres klopt niet"),
    ],
)
def test_a_form_that_is_not_right_says_what_to_do(teacher: Person, fields: dict[str, str], words: str) -> None:
    url = collected(teacher)
    _page, form = form_of(teacher, url)
    answer = teacher.client.post(url + "delen/nu/", form | fields)
    assert answer.status_code == 400
    assert words in unescape(answer.content.decode())
    assert not Copy.objects.exists()


def test_the_day_that_is_given_as_an_example_is_one_that_can_be_chosen(teacher: Person) -> None:
    url = collected(teacher)
    _page, form = form_of(teacher, url)
    answer = unescape(teacher.client.post(url + "delen/nu/", form | {"tot": "31-31-2018"}).content.decode())
    day = date(*map(int, reversed(re.findall(r"bijvoorbeeld (\d+)-(\d+)-(\d+)\.", answer)[0])))
    assert clock.now().date() < day
    again = teacher.client.post(url + "delen/nu/", form | {"tot": day.isoformat()})
    assert again.status_code == 303


def test_she_must_say_with_whom_and_an_empty_collection_is_not_shared(teacher: Person) -> None:
    url = collected(teacher)
    assert "Kies met wie" in teacher.client.post(url + "delen/", {"wie": "iedereen"}).content.decode()
    assert teacher.client.post(url + "delen/nu/", {}).status_code == 404
    empty = keep(teacher, "collection", "Leeg")
    assert "Hier staat nog niets in" in teacher.get(empty + "delen/")


def test_at_the_most_at_once_she_hears_what_to_do(teacher: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SHARES", 1)
    url = collected(teacher)
    share = shared(teacher, url)
    _page, form = form_of(teacher, url)
    answer = teacher.client.post(url + "delen/nu/", form)
    assert answer.status_code == 409
    assert "Stop eerst met iets anders delen" in answer.content.decode()
    teacher.client.post(share + "stoppen/")
    assert teacher.client.post(url + "delen/nu/", form).status_code == 303


def test_for_a_stranger_a_share_is_not_there(teacher: Person, stranger: Person) -> None:
    url = collected(teacher)
    share = shared(teacher, url)
    for path in (share, url + "delen/"):
        assert stranger.client.get(path).status_code == 404
    for path in (share + "stoppen/", url + "delen/nu/"):
        assert stranger.client.post(path, {"wie": "colleague"}).status_code == 404
    assert stranger.client.post(share + "weghalen/").status_code == 404
    assert opened(code_on(teacher, share))
    assert "Je deelt nu niets" in stranger.get("/portfolio/gedeeld/")


def test_she_sees_when_it_was_opened_and_ends_it_from_two_tabs(teacher: Person) -> None:
    share = shared(teacher)
    opened(code_on(teacher, share))
    page = teacher.get(share)
    assert "Nog niet." not in page
    assert "1 keer geopend" in teacher.get("/portfolio/gedeeld/")
    for _tab in range(2):
        answer = teacher.client.post(share + "stoppen/")
        assert answer["Location"] == share + "?gestopt=1"
    page = teacher.get(share + "?gestopt=1")
    assert "niemand kan hem nog openen" in page
    assert "/gedeeld/#" not in page
    assert "gestopt op" in teacher.get("/portfolio/gedeeld/")
    assert teacher.client.post(share + "weghalen/")["Location"] == "/portfolio/gedeeld/?weg=1"
    assert teacher.client.post(share + "weghalen/").status_code == 404
    assert teacher.client.get(share).status_code == 404


def test_a_line_is_not_removed_while_others_can_read(teacher: Person) -> None:
    share = shared(teacher)
    assert teacher.client.post(share + "weghalen/")["Location"] == share
    assert opened(code_on(teacher, share))


def test_what_somebody_wrote_comes_into_her_portfolio_by_one_press(teacher: Person) -> None:
    share = shared(teacher)
    reader = opened(code_on(teacher, share))
    reader.post("/gedeeld/schrijven/", {"tekst": "Sterke les", "naam": "Cor"})
    act = re.findall(r'action="([^"]*overnemen/[^"]*)"', teacher.get(share))[0]
    page = unescape(teacher.client.post(act).content.decode())
    assert "Cor schreef over ‘Mijn jaar’:" in page
    assert "Sterke les" in page
    assert 'action="/portfolio/bewaren/"' in page


def test_by_name_only_she_who_gave_the_address_finds_it(teacher: Person, colleague: Person, stranger: Person) -> None:
    page = colleague.get("/portfolio/met-mij-gedeeld/")
    address = re.findall(r'<code id="ontvangstadres">([^<]+)</code>', page)[0]
    share = shared(teacher, hoe="name", adres=address.lower().replace("-", " "))
    assert "/gedeeld/#" not in teacher.get(share)
    page = colleague.get("/portfolio/met-mij-gedeeld/")
    assert "Mijn jaar" in page
    assert "Anouk V." in page
    act = re.findall(r'action="([^"]*/openen/)"', page)[0]
    assert stranger.client.post(act).status_code == 404
    assert "Er is nu niets met je gedeeld" in stranger.get("/portfolio/met-mij-gedeeld/")
    assert "Nog niet." in teacher.get(share), "the list is no opening"
    assert colleague.client.post(act)["Location"] == "/gedeeld/lezen/"
    assert "Les gegeven" in page_in(colleague.client)
    assert "Nog niet." not in teacher.get(share).partition("reacties")[0]
    colleague.client.post("/uitloggen/")
    page_in(colleague.client, 404)
    teacher.client.post(share + "stoppen/")
    sign_in(colleague.client, "colleague")
    assert "Er is nu niets met je gedeeld" in colleague.get("/portfolio/met-mij-gedeeld/")
    assert colleague.client.post(act).status_code == 404


def test_an_address_of_nobody_is_taken_as_one_of_somebody(teacher: Person, colleague: Person) -> None:
    """Whether somebody has an account, or a portfolio, can not be learned by sharing with her."""
    page = colleague.get("/portfolio/met-mij-gedeeld/")
    somebody = re.findall(r'<code id="ontvangstadres">([^<]+)</code>', page)[0]
    nobody = str(Own.of(new_key()).address)
    url = collected(teacher)
    pages = []
    for address in (somebody, nobody):
        share = shared(teacher, url, hoe="name", adres=address)
        page = teacher.get(share).replace(address, "ADRES").replace(share, "DEZE")
        pages.append(re.sub(r'name="(?:csrfmiddlewaretoken|eenmalig)" value="[^"]*"', "", page))
    assert pages[0] == pages[1]


def test_a_form_that_was_sent_and_comes_again_with_something_else_in_it_is_asked_about(teacher: Person) -> None:
    url = collected(teacher)
    _page, form = form_of(teacher, url)
    first = teacher.client.post(url + "delen/nu/", form)
    assert teacher.client.post(url + "delen/nu/", form)["Location"] == first["Location"]
    other = form | {"waarvoor": "Voor mijn coach"}
    answer = teacher.client.post(url + "delen/nu/", other)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Je deelde dit net al, anders ingevuld" in page
    again = re.findall(r'name="nieuw" value="([^"]+)"', page)[0]
    assert teacher.client.post(url + "delen/nu/", other | {"nieuw": again})["Location"] != first["Location"]
    assert Share.objects.count() == 2


def test_an_employers_session_and_nobody_share_nothing(signed_in: Any, teacher: Person) -> None:
    url = collected(teacher)
    employer = signed_in("teacher", person_bound=False)
    for path in (url + "delen/", "/portfolio/gedeeld/", "/portfolio/met-mij-gedeeld/"):
        assert employer.client.get(path).status_code == 403
        assert Client().get(path)["Location"].startswith("/inloggen/")


def test_nothing_of_sharing_enters_the_common_log(teacher: Person) -> None:
    before = AuditEvent.objects.count()
    share = shared(teacher)
    opened(code_on(teacher, share))
    teacher.client.post(share + "stoppen/")
    assert AuditEvent.objects.count() == before


def test_a_copy_that_is_still_being_made_says_so_and_the_same_form_makes_it(teacher: Person) -> None:
    key = uuid4()
    actions._begun(teacher.account, key, clock.now())
    assert "De kopie wordt gemaakt" in teacher.get(f"/portfolio/gedeeld/{key}/")
    url = collected(teacher)
    _page, form = form_of(teacher, url)
    page = f"/portfolio/gedeeld/{key}/"
    assert teacher.client.post(url + "delen/nu/", form | {"nieuw": str(key)})["Location"] == page
    assert opened(code_on(teacher, page)), "sent again, it is made"


def test_what_she_shared_and_heard_goes_along_in_the_zip_and_comes_in_as_nothing(teacher: Person) -> None:
    share = shared(teacher)
    opened(code_on(teacher, share)).post("/gedeeld/schrijven/", {"tekst": "Sterke les", "naam": "Cor"})
    taken = teacher.client.get("/portfolio/meenemen/zip/").getvalue()
    with ZipFile(io.BytesIO(taken)) as archive:
        document = json.loads(archive.read("portfolio.json"))
        schema = json.loads(archive.read("portfolio-export.schema.json"))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    (told,) = document["shares"]
    assert (told["title"], told["purpose"], told["for"]) == ("Mijn jaar", "Om te bespreken", "Cor")
    assert [(each["name"], each["text"]) for each in told["answers"]] == [("Cor", "Sterke les")]
    assert len(told["opened_at"]) == 1
    assert code_on(teacher, share).encode() not in taken
    before = Share.objects.count(), Copy.objects.count()
    back = SimpleUploadedFile("portfolio.zip", taken, "application/zip")
    answer = teacher.client.post("/portfolio/terugbrengen/", {"zip": back})
    assert answer.status_code == 200, answer.content.decode()
    assert (Share.objects.count(), Copy.objects.count()) == before


def test_what_was_shared_while_the_account_was_closing_goes_with_the_daily_work(teacher: Person) -> None:
    at = clock.now()
    assert actions._begun(teacher.account, uuid4(), at)
    teacher.client.post("/mijn-gegevens/sluiten/")
    assert actions._begun(teacher.account, uuid4(), at), "a request that was at work in that moment"
    assert "1 portfolios" in due.finish_closing(lambda: 0, lambda: 0)
    assert not Copy.objects.exists()
    assert due.finish_closing(lambda: 0, lambda: 0) == ""


def test_closing_the_account_takes_every_copy_along(teacher: Person) -> None:
    share = shared(teacher)
    reader = opened(code_on(teacher, share))
    page = teacher.get("/mijn-gegevens/sluiten/")
    assert "kan de kopie niet meer openen" in page
    teacher.client.post("/mijn-gegevens/sluiten/")
    assert not Copy.objects.exists()
    assert not Share.objects.exists()
    page_in(reader, 404)
