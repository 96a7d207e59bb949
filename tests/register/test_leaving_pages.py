"""The pages on which she leaves the register and comes back, and the decisions with their letters."""

import io
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from lerarenregister.kernel import clock
from lerarenregister.register import queries
from lerarenregister.register.rulebook import FOLDER, read_rulebooks
from tests.attacks import cast
from tests.register.cast import code_for, csv_of, deliver, institutions

pytestmark = pytest.mark.django_db
OWN, LEAVE, BACK = "/mijn-registratie/", "/mijn-registratie/uit-het-register/", "/mijn-registratie/terugkomen/"


@pytest.fixture
def browser() -> cast.Browser:
    """A teacher who is in the register."""
    institutions()
    at = clock.now()
    deliver(csv_of({}), at=at)
    teacher = cast.sign_in("teacher", who=cast.TEACHER)
    teacher.client.post("/activeren/", {"code": code_for("p1", at=at)})
    seen = queries.own_registration(cast.viewer_in(teacher)).appointments[0].latest
    teacher.client.post("/mijn-registratie/bevestigen/", {"versie": str(seen.id), "persoon": str(seen.person)})
    return teacher


def text(client: Client, path: str = OWN) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def decisions(client: Client) -> list[str]:
    return re.findall(r"/mijn-registratie/besluiten/[0-9a-f-]{36}/", client.get(OWN).content.decode())


def test_she_reads_what_it_means_leaves_and_comes_back_with_her_number(browser: cast.Browser) -> None:
    client = browser.client
    number = queries.own_registration(cast.viewer_in(browser)).number
    assert number in text(client, LEAVE)
    assert "Je kunt nog 5 jaar terugkomen" in text(client, LEAVE)
    assert client.post(LEAVE)["Location"] == OWN + "?antwoord=eruit"
    page = text(client)
    assert "Je staat niet meer in het register" in page
    assert number in page
    assert client.get(LEAVE)["Location"] == OWN
    assert client.post(BACK)["Location"] == OWN + "?antwoord=terug"
    page = text(client)
    assert f"Registernummer {number}" in page
    assert len(decisions(client)) == 3


def test_two_clicks_and_two_tabs_leave_once(browser: cast.Browser) -> None:
    client = browser.client
    for _ in range(2):
        assert client.post(LEAVE)["Location"] == OWN + "?antwoord=eruit"
    assert len(decisions(client)) == 2
    for _ in range(2):
        assert client.post(BACK)["Location"] == OWN + "?antwoord=terug"
    assert len(decisions(client)) == 3


@pytest.mark.parametrize(("language", "title"), [("nl", "Je staat in het register"), ("en", "You are in the register")])
def test_each_decision_has_its_rule_and_a_letter_that_reads_aloud(
    browser: cast.Browser, language: str, title: str
) -> None:
    browser.client.cookies["taal"] = language
    (path,) = decisions(browser.client)
    page = text(browser.client, path)
    number = queries.own_registration(cast.viewer_in(browser)).number
    assert title in page
    assert number in page
    assert "3.3" in page
    letter = browser.client.get(path + "besluit.pdf")
    assert letter["Content-Type"] == "application/pdf"
    assert "no-store" in letter["Cache-Control"]
    reader = PdfReader(io.BytesIO(letter.getvalue()))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == language
    said = re.sub(r"\s+", " ", "".join(each.extract_text() for each in reader.pages))
    assert title in said
    assert number in said
    assert ("geen besluit" in said or "niet op grond van een wet" in said) if language == "nl" else "of a law" in said


def test_a_letter_is_the_same_whenever_it_is_fetched_but_for_nothing(browser: cast.Browser) -> None:
    (path,) = decisions(browser.client)
    letters = [browser.client.get(path + "besluit.pdf").getvalue() for _ in range(2)]
    assert letters[0] == letters[1]


def test_the_link_to_the_rule_leads_to_the_article_of_that_version(browser: cast.Browser) -> None:
    (path,) = decisions(browser.client)
    link = re.search(r'href="(/reglement/1/#artikel-3\.3)"', browser.client.get(path).content.decode())
    assert link
    assert 'id="artikel-3.3"' in browser.client.get("/reglement/1/").content.decode()


def test_another_person_and_an_account_of_work_see_nothing_of_it(browser: cast.Browser) -> None:
    (path,) = decisions(browser.client)
    stranger, work = cast.sign_in("stranger"), cast.sign_in("employer", person_bound=False)
    for address in (path, path + "besluit.pdf", LEAVE):
        assert stranger.client.get(address).status_code == 404
        assert work.client.get(address).status_code in (302, 303, 403, 404)
    for address in (LEAVE, BACK):
        assert stranger.client.post(address).status_code == 404
    assert len(decisions(browser.client)) == 1


def test_who_never_was_in_the_register_is_offered_neither(db: None) -> None:
    stranger = cast.sign_in("stranger")
    page = stranger.client.get(OWN).content.decode()
    assert LEAVE not in page
    assert BACK not in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_rulebook_says_every_article_with_its_terms_in_words(db: None, language: str) -> None:
    from lerarenregister.register.rulebook import RULEBOOKS

    client = Client()
    client.cookies["taal"] = language
    page = text(client, "/reglement/")
    for article in (each for chapter in RULEBOOKS.all[-1].chapters for each in chapter.articles):
        assert f"{article.code} {article.heading_en if language == 'en' else article.heading_nl}" in page
    assert "{" not in page
    assert ("28 dagen" if language == "nl" else "28 days") in page
    assert ("5 jaar" if language == "nl" else "5 years") in page
    assert client.get("/reglement/2/").status_code == 404
    assert text(client, reverse("register:rulebook_version", args=[1])) == page


def test_a_decision_keeps_the_words_of_its_version(
    browser: cast.Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.dutch_date(clock.now())
    first, second = (tmp_path / name for name in ("v1", "v2"))
    for folder in (first, second):
        shutil.copytree(FOLDER / "v1", folder)
    for folder, name, old, new in (
        (first, "geldt", "begin = 2017-12-01", f"begin = 2017-12-01\nuntil = {today}"),
        (second, "geldt", "version = 1\nbegin = 2017-12-01", f"version = 2\nbegin = {today}"),
        (second, "brieven", "Je bevestigde zelf een aanstelling", "Je zei zelf ja tegen een aanstelling"),
        (second, "brieven", "Je vroeg zelf om uit het register te gaan", "Je ging zelf uit het register"),
    ):
        words = (folder / f"{name}.toml").read_text(encoding="utf-8")
        assert old in words
        (folder / f"{name}.toml").write_text(words.replace(old, new), encoding="utf-8")
    books = read_rulebooks(tmp_path)
    for place in ("register.rulebook", "web.register.acts", "web.register.rulebook"):
        monkeypatch.setattr(f"lerarenregister.{place}.RULEBOOKS", books)

    browser.client.post(LEAVE)
    pages = " ".join(text(browser.client, path) for path in decisions(browser.client))
    assert "Je bevestigde zelf een aanstelling" in pages
    assert "Je ging zelf uit het register" in pages
    assert "Je zei zelf ja" not in pages
    assert "Je vroeg zelf om uit" not in pages
