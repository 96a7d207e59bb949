"""Dutch and English: what an English page says, and how the choice of a language is kept."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lerarenregister.accounts.permissions import Role
from lerarenregister.kernel import clock
from tests.register import cast
from tests.register.cast import BOARD, code_for, csv_of, deliver

PO = Path(__file__).resolve().parents[2] / "src/lerarenregister/locale/en/LC_MESSAGES/django.po"
BESIDE = r'name="versie" value="([^"]+)">\s*<input type="hidden" name="persoon" value="([^"]+)"'
PUBLIC = (
    "/",
    "/hulp/",
    "/privacy/",
    "/cookies/",
    "/verwerkingen/",
    "/verwerkingen/activeren/1/",
    "/toegankelijkheid/",
    "/over/",
    "/cijfers/",
    "/inloggen/",
    "/activeren/",
)
# Words that no English sentence has; names such as `De Eik` and `van den Berg` hold none of them.
DUTCH_WORD = re.compile(
    r"\b(het|een|niet|je|jij|wordt|voor|geen|nog|naar|deze|dit|zijn|bij|jouw|wie|wat|mijn|ook)\b", re.I
)
SPOKEN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "data-saved", "data-offline", "data-signed-out")


class Spoken(HTMLParser):
    """The pieces of text on a page that a person reads or hears, and the languages of the page and of its parts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.page_language = ""
        self._foreign = self._silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.page_language = values.get("lang") or ""
        self._foreign = tag != "html" and "lang" in values
        self._silent = tag in ("script", "style", "code")
        self.pieces += [values[name] or "" for name in SPOKEN_ATTRIBUTES if name in values]

    def handle_endtag(self, tag: str) -> None:
        self._foreign = self._silent = False

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self._foreign and not self._silent:
            self.pieces.append(text)


BLANK = re.compile(r"%\(\w+\)s|\{\w+\}")


def dutch_sentences() -> Iterator[str]:
    """Each sentence whose English differs, with its blanks."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for each in catalogue:
        ids = [each.id] if isinstance(each.id, str) else list(each.id)
        said = [each.string] if isinstance(each.string, str) else list(each.string)
        for dutch, english in zip(ids, said, strict=True):
            if dutch and dutch != english:
                yield dutch


SENTENCES = list(dutch_sentences())
WHOLE = {BLANK.sub("", sentence) for sentence in SENTENCES}
PARTS = {part.strip() for sentence in SENTENCES for part in BLANK.split(sentence) if len(part.split()) > 2}


def dutch_in(page: str) -> list[str]:
    """The Dutch on a page that should be in English: known sentences, and pieces with a word that only Dutch has."""
    pieces, unescaped = Spoken(page).pieces, html.unescape(page)
    found = [part for part in PARTS if part in unescaped]
    found += [piece for piece in pieces if piece in WHOLE]
    # What is quoted is a word of the delivery file: those stay Dutch.
    return found + [piece for piece in pieces if DUTCH_WORD.search(re.sub("‘[^’]*’", "", piece))]


def english(response: Any, status: int = 200) -> str:
    """The page, which must be in English through and through."""
    page = str(response.content.decode())
    assert response.status_code == status, (response.status_code, page)
    assert response["Content-Language"] == "en"
    assert Spoken(page).page_language == "en"
    assert dutch_in(page) == []
    return page


def browser() -> Client:
    """A browser that chose English."""
    client = Client()
    client.post("/taal/", {"taal": "en"})
    return client


@pytest.fixture(autouse=True)
def installation(settings: Any) -> None:
    """A provider of each kind."""
    settings.OIDC_PROVIDERS = [
        {
            "slug": slug,
            "name": slug,
            "issuer": f"https://{slug}.example.org",
            "client_id": "x",
            "client_secret": "x",
            "person_bound": slug == "eid",
        }
        for slug in ("eid", "school")
    ]


@pytest.fixture
def registered(known: None) -> Client:
    """A teacher who reads English and entered her code."""
    deliver(csv_of({"vak": "music"}, {"volgnummer": "01", "benoemingsgrondslag": "O01", "onderwijsterrein": "maths"}))
    client = browser()
    cast.sign_in(client, at=clock.now())
    english(client.post("/activeren/", {"code": code_for(at=clock.now())}, follow=True))
    return client


@pytest.fixture
def known(transactional_db: None) -> None:
    cast.institutions()


def member(role: Role, scope: str = "") -> Client:
    """Somebody with a role who reads English."""
    client, at = browser(), clock.now()
    cast.give_role(cast.sign_in(client, at=at, person_bound=False, subject=role, who=cast.JUDGE), role, scope, at=at)
    return client


@pytest.mark.django_db
def test_a_strangers_pages_are_dutch_until_she_chooses() -> None:
    client = Client(headers={"accept-language": "en-GB,en"})
    for path in PUBLIC:
        page = client.get(path)
        assert Spoken(page.content.decode()).page_language == page["Content-Language"] == "nl"
        assert dutch_in(page.content.decode()), path


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_english_for_a_stranger_who_chose_it(path: str) -> None:
    english(browser().get(path))


@pytest.mark.django_db
def test_the_pages_of_what_went_wrong_are_english() -> None:
    english(browser().get("/nergens/"), 404)
    english(browser().get("/inloggen/eid/terug/"), 400)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["taal"] = "en"
    english(strict.post("/uitloggen/"), 403)


def test_the_registration_is_english(registered: Client) -> None:
    english(registered.get("/"))
    own = english(registered.get("/mijn-registratie/"))
    assert "1 August 2018" in own
    assert "Qualified for primary education" in own
    for version, person in re.findall(BESIDE, own):
        address = f"/mijn-registratie/klopt-niet/{version}/"
        english(registered.get(address))
        english(registered.post(address, {"words": " "}), 400)
        english(registered.post(address, {"words": "It began in May"}, follow=True))
        english(registered.post("/mijn-registratie/bevestigen/", {"versie": version, "persoon": person}, follow=True))
    english(registered.post("/activeren/", {"code": "wrong"}), 400)
    english(registered.get("/cijfers/"))
    english(registered.get("/wie-keek/"))


def test_a_later_version_that_waits_is_english(registered: Client) -> None:
    own = registered.get("/mijn-registratie/").content.decode()
    for version, person in re.findall(BESIDE, own):
        registered.post("/mijn-registratie/bevestigen/", {"versie": version, "persoon": person})
    deliver(csv_of({"vak": "music", "einde": "2018-12-31"}), at=cast.AT + timedelta(days=1))
    assert "31 December 2018" in english(registered.get("/mijn-registratie/"))


def test_a_boards_pages_are_english(known: None) -> None:
    manager = member(Role.BOARD_MANAGER, BOARD)
    english(manager.get("/"))
    english(manager.get("/mijn-registratie/"), 403)
    english(manager.get("/activeren/"))
    english(manager.get(f"/bestuur/{BOARD}/"))
    upload = f"/bestuur/{BOARD}/aanleveren/"
    english(manager.get(upload))
    lines = csv_of({}, {"brin": "99ZZ", "personeelsnummer": "p2"}, {"einde": "2017-01-01", "personeelsnummer": "p3"})
    file = SimpleUploadedFile("file.csv", lines, "text/csv")
    english(answer := manager.post(upload, {"bestand": file}, follow=True))
    address = answer.redirect_chain[-1][0].partition("?")[0]
    english(manager.post(address + "leveren/", follow=True))
    report: Any = manager.get(address + "terugmelding.csv")
    text = b"".join(report.streaming_content).decode("utf-8-sig")
    assert text.startswith("line;staff number;outcome;column;reason;what to do;outcome-code;reason-code")
    assert "3;p2;Refused;brin;We do not know this BRIN on this date.;Check the BRIN and the dates." in text
    assert (report["Content-Language"], DUTCH_WORD.search(text)) == ("en", None)
    assert 'filename="feedback-report-' in report["Content-Disposition"]
    empty = SimpleUploadedFile("file.csv", b"PK\x03\x04 a spreadsheet", "text/csv")
    english(manager.post(upload, {"bestand": empty}, follow=True))
    english(manager.get(f"/bestuur/{BOARD}/"))
    team = f"/bestuur/{BOARD}/medewerkers/"
    english(manager.get(team))
    english(manager.post(team, {}), 400)
    english(manager.post(team, {"known_as": "Anna", "role": "board-staff"}))
    english(manager.get(team))


def test_the_pages_of_support_are_english(known: None) -> None:
    deliver(csv_of({}))
    waiting = browser()
    cast.sign_in(waiting, at=clock.now(), who=cast.replace_name("Dal"))
    english(waiting.post("/activeren/", {"code": code_for(at=clock.now())}, follow=True))
    support = member(Role.SUPPORT)
    page = english(support.get("/ondersteuning/beoordelingen/"))
    address = re.findall(r"/ondersteuning/beoordelingen/[0-9a-f-]{36}/", page)[0]
    english(support.post(address, {}), 400)
    english(waiting.get("/mijn-registratie/"))


@pytest.mark.django_db
def test_the_choice_survives_signing_in_and_out_and_can_be_undone() -> None:
    client = Client()
    answer = client.post("/taal/", {"taal": "en", "verder": "/hulp/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/hulp/?a=1")
    english(client.get("/hulp/"))
    cast.sign_in(client, at=clock.now())
    english(client.get("/sessies/"))
    client.post("/uitloggen/")
    english(client.get("/"))
    client.post("/taal/", {"taal": "nl", "verder": "/hulp/"})
    assert client.get("/hulp/")["Content-Language"] == "nl"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "de", "EN", "../en", "en\r\nx: y"])
def test_a_language_that_is_not_offered_changes_nothing(language: str) -> None:
    client = Client()
    assert client.post("/taal/", {"taal": language})["Location"] == "/"
    assert "taal" not in client.cookies
    client.cookies["taal"] = "xx"
    assert client.get("/")["Content-Language"] == "nl"


ELSEWHERE = (
    "https://else.example/",
    "//else.example/",
    "/\\else.example/",
    "///else.example",
    "javascript:x",
    "hulp/",
    "",
)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ELSEWHERE)
def test_choosing_a_language_leads_to_no_other_site(address: str) -> None:
    assert Client().post("/taal/", {"taal": "en", "verder": address})["Location"] == "/"


@pytest.mark.django_db
def test_choosing_leads_back_to_the_same_page_and_never_to_one_that_only_takes_forms() -> None:
    def way_back(response: Any) -> str:
        return html.unescape(re.findall(r'name="verder" value="([^"]*)"', response.content.decode())[0])

    assert way_back(Client().get("/hulp/?verder=//else.example/")) == "/hulp/"
    assert way_back(Client(enforce_csrf_checks=True).post("/uitloggen/")) == "/"
