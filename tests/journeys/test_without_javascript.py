"""Without JavaScript everything works: she writes, saves, changes, deletes, undoes, confirms; a board delivers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, code_of, sign_in, sign_in_as_staff
from tests.journeys.test_board import BOARD, delivery
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, demo: Running) -> Iterator[Page]:
    context = browser.new_context(base_url=demo.address, java_script_enabled=False, locale="nl-NL")
    yield context.new_page()
    context.close()


def test_she_confirms(page: Page, demo: Running) -> None:
    person = ordinary(demo, 21)
    sign_in(page, person["name"])
    page.goto(f"/activeren/{code_of(page, demo, person['id'])}/")
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("button", name=re.compile("^Klopt")).first.click()
    expect(page.get_by_text("Bevestigd").first).to_be_visible()


def test_she_writes_changes_deletes_and_undoes(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 89)["name"])
    page.get_by_role("textbox", name="Wat wil je vastleggen?").fill("Zonder script kan het ook.")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen")).to_be_visible()
    expect(page.get_by_role("link", name="Zonder script kan het ook.")).to_be_visible()

    page.get_by_role("link", name="Datum, soort of tekst aanpassen").click()
    page.get_by_role("textbox", name="Wat wil je vastleggen?").fill("Zonder script kan het altijd.")
    page.get_by_label("Datum").fill("2017-09-04")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 september 2017")
    expect(page.get_by_text("Zonder script kan het altijd.")).to_be_visible()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("Zonder script kan het ook.")).to_be_visible()

    page.get_by_role("button", name="Verwijderen").click()
    expect(page.get_by_role("link", name="Zonder script")).to_have_count(0)
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("Teruggezet uit de prullenbak.")).to_be_visible()
    page.goto("/portfolio/")
    expect(page.get_by_role("link", name="Zonder script kan het ook.")).to_have_count(1)


def test_her_text_waits_when_she_is_signed_out(page: Page, demo: Running) -> None:
    name = ordinary(demo, 48)["name"]
    sign_in(page, name)
    page.get_by_role("textbox", name="Wat wil je vastleggen?").fill("Niet weg.")
    page.context.clear_cookies(name="sessie")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Je was uitgelogd. Je tekst staat hieronder.")).to_be_visible()
    sign_in(page.context.new_page(), name)
    page.get_by_role("button", name="Opslaan").click()
    if page.get_by_text("Klik nog een keer op Opslaan.").count():
        page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("link", name="Niet weg.")).to_be_visible()


def test_a_board_delivers(page: Page, tmp_path: Path) -> None:
    sign_in_as_staff(page, "Bram")
    page.goto(f"/bestuur/{BOARD.number}/aanleveren/")
    page.locator("input[type=file]").set_input_files(delivery(tmp_path, 3))
    page.get_by_role("button", name="Controleren").click()
    deliver = page.get_by_role("button", name="Aanleveren")
    delivered = page.get_by_text("Geleverd", exact=True)
    for done in (deliver, delivered):
        for _ in range(100):  # she looks for herself whether it is done
            if done.count():
                break
            page.get_by_role("link", name="Kijk of het klaar is").click()
        expect(done).to_be_visible()
        if done is deliver:
            deliver.click()
