"""A portfolio lived in: edited, deleted, put back, taken home, brought in; and a text that outlives a session."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running, sign_in
from tests.journeys.keyboard import press, reach
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def is_wide(page: Page) -> bool:
    return (page.viewport_size or {})["width"] > 600


def write(page: Page, text: str) -> None:
    """Two actions: type, save."""
    page.goto("/")
    page.get_by_role("textbox").first.fill(text)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen").first).to_be_visible()


def test_she_edits_deletes_puts_back_and_brings_in_again(page: Page, demo: Running, look: Look, tmp_path: Path) -> None:
    sign_in(page, ordinary(demo, 22 if is_wide(page) else 23)["name"])
    write(page, "Intervisie over een drukke klas.")
    page.get_by_role("link", name=re.compile("aanpassen")).first.click()
    look(page, "entry-edit")
    page.get_by_label(re.compile("^(Tekst|Wat)")).first.fill("Intervisie over een drukke klas. Ik begon zelf stil.")
    page.get_by_role("button", name="Opslaan").click()
    page.goto("/portfolio/")
    page.get_by_role("link", name=re.compile("Intervisie")).first.click()
    look(page, "entry")
    entry = page.url
    page.goto(f"{entry}eerder/")
    expect(page.get_by_text("Intervisie over een drukke klas.").first).to_be_visible()
    look(page, "history")

    page.goto("/portfolio/meenemen/")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Zip downloaden").click()
    home = tmp_path / "mee.zip"
    downloading.value.save_as(home)

    page.goto(entry)
    page.get_by_role("button", name=re.compile("^Verwijderen")).first.click()
    page.goto("/portfolio/prullenbak/")
    look(page, "bin")
    page.get_by_role("button", name=re.compile("^Terugzetten")).first.click()
    page.goto("/portfolio/")
    expect(page.get_by_text("drukke klas").first).to_be_visible()

    page.goto("/portfolio/terugbrengen/")
    look(page, "bring-in")
    page.locator("input[type=file]").set_input_files(home)
    page.get_by_role("button", name="Deze zip terugzetten").click()
    look(page, "brought-in")
    page.goto("/portfolio/")
    expect(page.get_by_role("link", name=re.compile("Intervisie"))).to_have_count(1)


def test_a_text_outlives_the_end_of_her_session(page: Page, demo: Running, look: Look) -> None:
    name = ordinary(demo, 24 if is_wide(page) else 25)["name"]
    sign_in(page, name)
    page.goto("/")
    page.get_by_role("textbox").first.fill("Dit mag niet weg zijn.")
    page.context.clear_cookies(name="sessie")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("textbox").first).to_have_value("Dit mag niet weg zijn.")
    look(page, "signed-out-with-text")


def test_an_empty_form_and_a_wrong_code_say_what_to_do(page: Page, demo: Running, look: Look) -> None:
    sign_in(page, ordinary(demo, 26 if is_wide(page) else 27)["name"])
    page.goto("/activeren/")
    page.get_by_label(re.compile("code", re.IGNORECASE)).first.fill("0000-0000")
    page.get_by_role("main").get_by_role("button").first.click()
    look(page, "code-wrong")
    expect(page.get_by_role("alert").first).to_be_visible()


def test_taking_everything_home_with_the_keyboard_alone(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 28 if is_wide(page) else 29)["name"])
    write(page, "Gelezen: iets over toetsen.")
    press(page, "Mijn portfolio", "link")
    press(page, "Alles meenemen", "link")
    reach(page, "Zip downloaden", "link")
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    assert downloading.value.suggested_filename.endswith(".zip")


def test_the_operator_sees_in_words_how_the_register_does(page: Page, look: Look) -> None:
    sign_in(page, "Otto", provider="Demo-schoolaccount")
    page.get_by_role("link", name="Stand", exact=True).click()
    expect(page.get_by_text("De database antwoordt en past bij deze versie.")).to_be_visible()
    look(page, "state")


def test_the_auditor_sees_the_log(page: Page, look: Look) -> None:
    sign_in(page, "Kees", provider="Demo-schoolaccount")
    page.get_by_role("link", name="Logboek").click()
    expect(page.get_by_text("register.example.org/log").first).to_be_visible()
    look(page, "log")
