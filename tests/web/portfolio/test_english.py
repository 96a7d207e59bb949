"""The portfolio speaks English through and through for who chose it."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.portfolio import conftest as portfolio
from tests.web.test_languages import Spoken, browser, dutch_in, english

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(db: None) -> Client:
    """Somebody with a portfolio who reads English."""
    client = browser()
    portfolio.sign_in(client, "teacher")
    return client


def test_the_portfolio_is_english(teacher: Client) -> None:
    english(teacher.get("/"))
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    english(teacher.post("/portfolio/bewaren/", {**ticket, "tekst": "Read a book about feedback"}, follow=True))
    entry = re.findall(r"/portfolio/[0-9a-f-]{36}/", teacher.get("/portfolio/").content.decode())[0]
    edit = english(teacher.get(f"{entry}bewerken/"))
    ticket = portfolio.ticket_in(edit)
    wrong = {**ticket, "tekst": "x" * 100_001, "datum": "1800-01-01", "titel": "x" * 121}
    assert "100,001" in english(teacher.post("/portfolio/bewaren/", wrong), 400)
    english(teacher.post("/portfolio/bewaren/", {**ticket, "tekst": ""}), 400)
    changed = {**ticket, "tekst": "Read two books", "datum": "2018-05-02", "soort": "reading"}
    english(teacher.post("/portfolio/bewaren/", changed, follow=True))
    english(teacher.post("/portfolio/bewaren/", {**changed, "tekst": "From another tab"}), 409)
    assert "2 May 2018" in english(teacher.get(entry))
    assert "May 2018" in english(teacher.get("/portfolio/"))
    english(teacher.get(f"{entry}eerder/"))
    english(teacher.post(f"{entry}verwijderen/", {"versie": "2"}, follow=True))
    english(teacher.get("/portfolio/prullenbak/"))
    english(teacher.post(f"{entry}herstellen/", {"versie": "3"}, follow=True))
    for path in ("/portfolio/meenemen/", "/portfolio/terugbrengen/", "/sessies/", "/uitnodiging/", "/wie-keek/"):
        english(teacher.get(path))
    english(teacher.post("/portfolio/terugbrengen/", {"zip": SimpleUploadedFile("x.zip", b"x")}), 400)
    english(teacher.post("/uitnodiging/", {"code": "x"}), 400)


def test_order_is_english(teacher: Client) -> None:
    made = {}
    for form, where in (
        ("goal", "doelen"),
        ("theme", "themas"),
        ("collection", "verzamelingen"),
        ("repeat", "komt-terug"),
    ):
        ticket = portfolio.ticket_in(english(teacher.get(f"/portfolio/{where}/")))
        english(teacher.post("/portfolio/bewaren/", {**ticket, "vorm": form, "titel": ""}), 400)
        kept = {**ticket, "vorm": form, "titel": f"My {form}", "elke": "week"}
        made[form] = teacher.post("/portfolio/bewaren/", kept)["Location"].partition("?")[0]
        for page in (made[form], made[form] + "bewerken/", f"/portfolio/{where}/"):
            english(teacher.get(page))
    entry = portfolio.ticket_in(teacher.get("/").content.decode())
    teacher.post(
        "/portfolio/bewaren/", {**entry, "tekst": "A book", "meer": "1", "trefwoorden": "books", "uren": "1.5"}
    )
    url = f"/portfolio/{entry['formulier']}/"
    assert "1.5" in english(teacher.get(url))
    story = made["collection"]
    for page in (
        "/",
        "/portfolio/kiezen/",
        url + "kiezen/",
        story + "kiezen/",
        f"/portfolio/nieuw/?van={entry['formulier']}",
    ):
        english(teacher.get(page))
    teacher.post(story + "kiezen/", {"versie": "1", "stuk": [entry["formulier"]]})
    english(
        teacher.post(story + "volgorde/", {"versie": "2", "doe": "ervoor", "plaats": "0", "ervoor": "x"}, follow=True)
    )
    english(teacher.post(story + "volgorde/", {"versie": "2", "doe": "ervoor", "plaats": "0", "ervoor": "y"}), 409)
    english(teacher.get(story))
    for state in ("reached", "let-go"):
        english(teacher.post(made["goal"] + "stand/", {"versie": "1", "stand": state}, follow=True))
    headings = {**portfolio.ticket_in(teacher.get("/").content.decode()), "sjabloon": "leerde"}
    assert "What did I learn?" in english(teacher.post("/portfolio/kopjes/", headings))
    wrong = {**headings, "tekst": "x", "meer": "1", "trefwoorden": "x" * 41, "uren": "x", "tot": "1999-01-01"}
    english(teacher.post("/portfolio/bewaren/", wrong), 400)
    english(teacher.post("/portfolio/bewaren/", {**headings, "tekst": "x", "meer": "1", "tot": "1999-01-01"}), 400)


def test_what_she_takes_with_her_is_in_her_language(teacher: Client) -> None:
    ticket = portfolio.ticket_in(teacher.get("/").content.decode())
    written = {**ticket, "tekst": "A talk", "datum": "2018-05-02", "soort": "conversation"}
    teacher.post("/portfolio/bewaren/", written)
    answer: Any = teacher.get("/portfolio/meenemen/zip/")
    page = ZipFile(BytesIO(b"".join(answer.streaming_content))).read("index.html").decode()
    assert Spoken(page).page_language == "en"
    assert dutch_in(page) == []
    assert "2 May 2018" in page


def test_the_portfolio_that_does_not_open_says_so_in_english(teacher: Client) -> None:
    for name in [name for name in teacher.cookies if name not in ("taal", "sessie", "csrf")]:
        teacher.cookies.pop(name)
    english(teacher.get("/"))
    english(teacher.get("/portfolio/"), 401)
    ticket = {"formulier": "", "versie": "0", "concept": "0", "eigenaar": "", "tekst": "Kept"}
    english(teacher.post("/portfolio/bewaren/", ticket), 400)
