"""Sharing in a real browser: a link that opens in another browser and not in a log, writing back, taking back; by name;
with the keyboard; without a script."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, opened, sign_in
from tests.journeys.keyboard import press, reach, sign_in_by_keyboard
from tests.journeys.test_order import write
from tests.journeys.test_portfolio import is_wide
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def collected(page: Page, *texts: str, name: str = "Mijn jaar") -> None:
    """A collection of these texts; its page is open afterwards."""
    for text in texts:
        write(page, text)
    page.goto("/portfolio/verzamelingen/")
    page.get_by_label("Hoe heet je verzameling?").fill(name)
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("link", name="Stukken kiezen").click()
    for text in texts:
        page.get_by_label(text).check()
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("link", name="Klaar").click()


def to_the_form(page: Page, who: str = "Een collega") -> None:
    """From the page of a collection to the form to share it."""
    page.get_by_role("link", name="Delen", exact=True).click()
    page.get_by_label(who).check()
    page.get_by_role("button", name="Verder").click()


def reader(browser: Browser, demo: Running, page: Page) -> AbstractContextManager[Page]:
    """Another browser, as wide as this one."""
    size = page.viewport_size or {"width": 1200, "height": 900}
    return opened(browser, demo, size["width"], size["height"])


def test_she_shares_a_link_somebody_reads_and_writes_back_and_she_takes_it_back(
    page: Page, browser: Browser, demo: Running, look: Look
) -> None:
    sign_in(page, ordinary(demo, 101 if is_wide(page) else 102)["name"])
    collected(page, "Een les over breuken.")
    page.get_by_role("link", name="Delen", exact=True).click()
    look(page, "share-with-whom")
    page.get_by_label("Een collega").check()
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_text("Een les over breuken.").first).to_be_visible()
    look(page, "share-form")
    page.get_by_role("button", name="Nu delen").click()
    expect(page.get_by_role("alert")).to_contain_text("Schrijf waarvoor je dit deelt.")
    look(page, "share-form-wrong")
    page.get_by_label("Waarvoor deel je dit?").fill("Om samen na te praten")
    page.get_by_label("Voor wie is het?").fill("Cor")
    page.get_by_label("De ander mag iets terugschrijven").check()
    page.get_by_role("button", name="Nu delen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gedeeld")
    look(page, "shared")
    page.context.grant_permissions(["clipboard-write"])
    for _ in range(2):
        page.get_by_role("button", name="Kopiëren").click()
        expect(page.get_by_role("status").filter(has_text="Gekopieerd.")).to_be_visible()
    share, link = page.url, page.locator("#geheim").inner_text()

    with reader(browser, demo, page) as other:
        asked: list[str] = []
        other.on(
            "request", lambda request: asked.append(request.url + str(request.headers) + (request.post_data or ""))
        )
        other.goto(link)
        expect(other.get_by_text("Je link is herkend.")).to_be_visible()
        assert urlsplit(other.url).fragment == ""
        assert not [each for each in asked if link.partition("#")[2] in each], "it was sent before she pressed"
        look(other, "shared-door")
        other.get_by_role("button", name="Kopie openen").click()
        expect(other.get_by_role("heading", level=1, name="Mijn jaar")).to_be_visible()
        expect(other.get_by_text("Om samen na te praten")).to_be_visible()
        look(other, "shared-read")
        other.get_by_label("Wat wil je teruggeven?").fill("Mooie les! <b>Echt</b>")
        other.get_by_label("Je naam").fill("Cor")
        other.get_by_role("button", name="Versturen").click()
        expect(other.get_by_text("Verstuurd.")).to_be_visible()

        page.reload()
        expect(page.get_by_text("Mooie les! <b>Echt</b>")).to_be_visible()
        expect(page.locator("#geopend ~ .lr-rows li")).to_have_count(1)
        look(page, "shared-with-answer")
        page.goto("/portfolio/gedeeld/")
        expect(page.get_by_text("1 keer geopend")).to_be_visible()
        look(page, "shares")
        page.goto(share)
        page.get_by_role("button", name="Stoppen met delen").click()
        expect(page.get_by_text("niemand kan hem nog openen")).to_be_visible()
        look(page, "shared-stopped")

        other.goto("/gedeeld/lezen/")
        expect(other.get_by_role("heading", level=1)).to_have_text("Deze kopie is er niet")
        look(other, "not-shared")
        other.goto(link)
        other.get_by_role("button", name="Kopie openen").click()
        expect(other.get_by_role("heading", level=1)).to_have_text("Deze kopie is er niet")

    page.get_by_role("button", name="In je portfolio zetten").click()
    expect(page.get_by_role("textbox", name="Wat wil je vastleggen?")).to_have_value(re.compile("Cor schreef over"))


def test_by_name_a_colleague_finds_it_opens_it_and_closes_it(
    page: Page, browser: Browser, demo: Running, look: Look
) -> None:
    sign_in(page, ordinary(demo, 103 if is_wide(page) else 104)["name"])
    collected(page, "Alleen voor jou.")
    with reader(browser, demo, page) as other:
        sign_in(other, ordinary(demo, 105 if is_wide(page) else 106)["name"])
        other.goto("/portfolio/met-mij-gedeeld/")
        look(other, "received-nothing")
        address = other.locator("#ontvangstadres").inner_text()

        to_the_form(page)
        page.get_by_label("Waarvoor deel je dit?").fill("Om van te leren")
        page.get_by_label("Op naam, met een ontvangstadres").check()
        page.get_by_role("textbox", name="Ontvangstadres").fill(address[:-1])
        page.get_by_role("button", name="Nu delen").click()
        expect(page.get_by_role("alert")).to_contain_text("Dit ontvangstadres klopt niet")
        page.get_by_role("textbox", name="Ontvangstadres").fill(address.lower())
        page.get_by_role("button", name="Nu delen").click()
        expect(page.get_by_role("heading", name="Op naam gedeeld")).to_be_visible()
        look(page, "shared-by-name")

        other.reload()
        look(other, "received")
        other.get_by_role("button", name="Kopie openen").click()
        expect(other.get_by_text("Alleen voor jou.")).to_be_visible()
        other.get_by_role("button", name="Sluiten").click()
        expect(other.get_by_text("De kopie is dicht in deze browser.")).to_be_visible()
        other.goto("/gedeeld/lezen/")
        expect(other.get_by_role("heading", level=1)).to_have_text("Deze kopie is er niet")


def test_with_an_employer_she_first_reads_that_nobody_may_demand_it(page: Page, demo: Running, look: Look) -> None:
    sign_in(page, ordinary(demo, 107 if is_wide(page) else 108)["name"])
    collected(page, "Voor het gesprek.")
    to_the_form(page, "Mijn werkgever of leidinggevende")
    expect(page.get_by_role("heading", level=1)).to_have_text("Niemand mag dit van je eisen")
    look(page, "share-employer")
    page.get_by_role("button", name="Ik wil dit zelf delen").click()
    expect(page.get_by_role("button", name="Nu delen")).to_be_visible()


def test_with_the_keyboard_alone_she_shares_and_takes_it_back(page: Page, demo: Running) -> None:
    name = ordinary(demo, 109 if is_wide(page) else 110)["name"]
    sign_in_by_keyboard(page, name)
    collected(page, "Met het toetsenbord.")
    press(page, "Delen", "link")
    reach(page, "Een collega", "radio")
    page.keyboard.press("Space")
    press(page, "Verder", "button")
    reach(page, "Waarvoor deel je dit?", "textbox")
    page.keyboard.type("Om na te praten")
    press(page, "Nu delen", "button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gedeeld")
    press(page, "Stoppen met delen", "button")
    expect(page.get_by_text("niemand kan hem nog openen")).to_be_visible()


def test_without_a_script_she_shares_and_the_reader_pastes_the_link(browser: Browser, demo: Running) -> None:
    contexts = [browser.new_context(base_url=demo.address, java_script_enabled=False, locale="nl-NL") for _ in range(2)]
    page, other = (each.new_page() for each in contexts)
    sign_in(page, ordinary(demo, 111)["name"])
    collected(page, "Zonder script.")
    to_the_form(page)
    page.get_by_label("Waarvoor deel je dit?").fill("Om na te praten")
    page.get_by_role("button", name="Nu delen").click()
    link = page.locator("#geheim").inner_text()
    other.goto(link)
    other.get_by_label("Link of code").fill(link)
    other.get_by_role("button", name="Kopie openen").click()
    expect(other.get_by_text("Zonder script.")).to_be_visible()
    for each in contexts:
        each.close()
