"""Her rights: all that is held of her, an objection, and closing the account. At desktop and phone width."""

import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running, choose, code_of, sign_in, sign_in_as_staff
from tests.journeys.keyboard import press, reach, told
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def joined(page: Page, demo: Running, number: int) -> dict[str, str]:
    """Somebody outside the cast, signed in, whose code is used."""
    person = ordinary(demo, number)
    sign_in(page, person["name"])
    page.goto("/activeren/")
    page.get_by_label("Code").fill(code_of(page, demo, person["id"]))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn registratie")
    return person


def test_she_takes_a_copy_objects_and_closes_her_account(page: Page, demo: Running, look: Look, tmp_path: Path) -> None:
    person = joined(page, demo, 62 if (page.viewport_size or {})["width"] > 600 else 63)
    page.get_by_role("button", name=re.compile("^Klopt")).first.click()
    number = page.locator("dd").first.inner_text()
    page.get_by_role("link", name="Mijn gegevens").click()
    look(page, "rights")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Alles downloaden").click()
    downloading.value.save_as(tmp_path / "alles.zip")
    with zipfile.ZipFile(tmp_path / "alles.zip") as parcel:
        held = json.loads(parcel.read("gegevens.json"))["held"]
        assert held["register.personal_facts"][0]["family_name"] == person["family_name"]
        assert any(name.startswith("portfolio-") for name in parcel.namelist())
        (tmp_path / "index.html").write_bytes(parcel.read("index.html"))
    reading = page.context.new_page()
    reading.goto((tmp_path / "index.html").as_uri())
    expect(reading.get_by_role("heading", name="Het logboek over jou")).to_be_visible()
    look(reading, "rights-copy")
    reading.close()

    page.get_by_role("link", name=re.compile("^Bezwaar tegen aanleveren")).click()
    look(page, "objection")
    page.get_by_role("button", name="Bezwaar maken").click()
    expect(page.get_by_text("Je bezwaar geldt nu")).to_be_visible()
    look(page, "rights-objected")
    page.get_by_role("button", name=re.compile("^Bezwaar intrekken")).click()
    expect(page.get_by_text("Je bezwaar is ingetrokken")).to_be_visible()

    long_ago(demo)
    page.get_by_role("main").get_by_role("link", name="Account sluiten").click()
    look(page, "close-sign-in")
    page.get_by_role("button", name=re.compile("^Opnieuw inloggen met")).click()
    choose(page, person["name"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Account sluiten")
    assert number in page.get_by_role("main").inner_text()
    look(page, "close")
    page.get_by_role("button", name="Mijn account nu sluiten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je account is gesloten")
    look(page, "closed")
    page.goto("/mijn-registratie/")
    expect(page).to_have_url(re.compile("/inloggen/"))
    sign_in(page, person["name"])
    page.goto("/mijn-registratie/")
    expect(page.get_by_text("Je staat nog niet in het register")).to_be_visible()


def long_ago(demo: Running) -> None:
    """Every session began an hour ago."""
    with closing(sqlite3.connect(demo.var / "register.sqlite3", timeout=20)) as database, database:
        database.execute("UPDATE accounts_signedinsession SET started_at = datetime(started_at, '-1 hour')")


def test_with_the_keyboard_alone(page: Page, demo: Running) -> None:
    joined(page, demo, 64 if (page.viewport_size or {})["width"] > 600 else 65)
    press(page, "Mijn gegevens", "link")
    reach(page, "Alles downloaden", "button")
    with page.expect_download():
        page.keyboard.press("Enter")
    press(page, "Bezwaar tegen aanleveren", "link")
    press(page, "Bezwaar maken", "button")
    told(page, "Je bezwaar geldt nu")
    press(page, "Bezwaar intrekken", "button")
    told(page, "Je bezwaar is ingetrokken")
    press(page, "Account sluiten", "link")
    press(page, "Mijn account nu sluiten", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Je account is gesloten")


def test_she_objects_to_something_else_and_support_answers_with_a_motive(page: Page, demo: Running, look: Look) -> None:
    name = ordinary(demo, 58 if (page.viewport_size or {})["width"] > 600 else 59)["name"]
    words = f"Bewaar niet welk apparaat ik gebruik. {name}"
    sign_in(page, name)
    page.get_by_role("link", name="Mijn gegevens").click()
    page.get_by_role("link", name="Bezwaar schrijven").click()
    look(page, "object")
    page.get_by_role("button", name="Versturen").click()
    look(page, "object-wrong")
    page.get_by_role("radio", name="Inloggen").check()
    page.get_by_label("Wat wil je niet, en waarom?").fill(words)
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_text("We hebben je bezwaar.")).to_be_visible()
    look(page, "rights-asked")

    support = page.context.browser.new_context(base_url=demo.address).new_page()  # type: ignore[union-attr]
    sign_in_as_staff(support, "Joke")
    support.get_by_role("link", name="Bezwaren").click()
    card = support.locator("section").filter(has_text=words)
    card.get_by_role("radio", name="Afgewezen").check()
    card.get_by_label("Motivering").fill("Zo kun jij zien of een ander jouw account gebruikt.")
    support.set_viewport_size(page.viewport_size or {"width": 390, "height": 800})
    look(support, "objections")
    card.get_by_role("button", name="Antwoorden").click()
    expect(support.get_by_text("Je antwoord is bewaard.")).to_be_visible()
    support.goto("/mijn-gegevens/")
    look(support, "rights-at-work")
    support.context.close()

    page.reload()
    expect(page.get_by_text("Zo kun jij zien of een ander jouw account gebruikt.")).to_be_visible()
    look(page, "rights-answered")
