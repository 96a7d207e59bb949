"""Order in a real browser: headings by one press, words after a comma, a collection by keyboard and on paper."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import WCAG, Running, sign_in
from tests.journeys.keyboard import press
from tests.journeys.test_portfolio import is_wide
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser


def write(page: Page, text: str, words: str = "") -> str:
    """Keep a text, with these words; its address."""
    page.goto("/portfolio/nieuw/")
    page.get_by_role("textbox", name="Wat wil je vastleggen?").fill(text)
    page.get_by_label("Trefwoorden").fill(words)
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("link", name=text).click()
    return page.url


def test_one_press_puts_headings_below_what_she_typed(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 91 if is_wide(page) else 92)["name"])
    box = page.get_by_role("textbox", name="Wat wil je vastleggen?")
    box.fill("Al getypt")
    page.get_by_text("Beginnen met kopjes").click()
    page.get_by_role("button", name="Wat deed ik, wat leerde ik, wat nu").click()
    expect(box).to_be_focused()
    expect(box).to_have_value(re.compile(r"^Al getypt\n\nWat deed ik\?\n\n\nWat leerde ik\?"))
    page.keyboard.type("Een les nagepraat.")
    expect(box).to_have_value(re.compile(r"Wat deed ik\?\nEen les nagepraat\.\n\nWat leerde ik\?"))
    expect(page.get_by_text("Concept bewaard")).to_be_visible()


def test_suggestions_begin_anew_after_a_comma(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 93 if is_wide(page) else 94)["name"])
    write(page, "Over toetsen en feedback.", "feedback, toetsen")
    page.goto("/portfolio/nieuw/")
    page.get_by_label("Trefwoorden").press_sequentially("feedback, to")
    options = page.locator("#eigen-trefwoorden option").evaluate_all("all => all.map(each => each.value)")
    assert options == ["feedback, toetsen"]


def test_a_collection_by_keyboard_and_on_paper(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 95 if is_wide(page) else 96)["name"])
    for text in ("Eerste stuk.", "Tweede stuk."):
        write(page, text)
    page.goto("/portfolio/verzamelingen/")
    page.get_by_label("Hoe heet je verzameling?").focus()
    page.keyboard.type("Mijn jaar")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Mijn jaar")).to_be_visible()
    story = page.url.partition("?")[0]
    press(page, "Stukken kiezen", "link")
    for text in ("Eerste stuk.", "Tweede stuk."):
        page.get_by_label(text).focus()
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Opgeslagen. Je kunt verder kiezen.")).to_be_visible()
    page.goto(story + "volgorde/")
    parts = page.locator(".pf-pieces .pf-entry__heading a")
    before = parts.all_inner_texts()
    press(page, "Omlaag: " + before[0], "button")
    expect(parts).to_have_text(before[::-1])
    assert page.url.endswith("#stuk-1")

    page.goto(story)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Stukken kiezen")).to_be_hidden()
    expect(page.get_by_role("button", name="Verwijderen")).to_be_hidden()
    expect(page.get_by_text("Naar je verzamelingen")).to_be_hidden()
    expect(page.locator(".pf-story .pf-text").first).to_be_visible()
    page.emulate_media(media="screen")
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def plain(browser: Browser, demo: Running) -> Iterator[Page]:
    context = browser.new_context(base_url=demo.address, java_script_enabled=False, locale="nl-NL")
    yield context.new_page()
    context.close()


def test_without_a_script_headings_and_order_work_too(plain: Page, demo: Running) -> None:
    sign_in(plain, ordinary(demo, 97)["name"])
    plain.get_by_role("textbox", name="Wat wil je vastleggen?").fill("Al getypt")
    plain.get_by_text("Beginnen met kopjes").click()
    plain.get_by_role("button", name="Een gesprek").click()
    box = plain.get_by_role("textbox", name="Wat wil je vastleggen?")
    expect(box).to_have_value(re.compile(r"^Al getypt\n\nMet wie had ik een gesprek"))
    plain.get_by_role("button", name="Opslaan").click()
    expect(plain.get_by_text("Opgeslagen").first).to_be_visible()
    plain.goto("/portfolio/verzamelingen/")
    plain.get_by_label("Hoe heet je verzameling?").fill("Gesprekken")
    plain.get_by_role("button", name="Opslaan").click()
    plain.get_by_role("link", name="Stukken kiezen").click()
    plain.get_by_label("Al getypt").check()
    plain.get_by_role("button", name="Opslaan").click()
    plain.get_by_role("link", name="Klaar").click()
    plain.get_by_role("link", name="Volgorde en tekst ertussen").click()
    end = plain.get_by_role("region", name="Tekst aan het eind")
    end.get_by_label("Tekst").fill("Tot zover.")
    end.get_by_role("button").click()
    plain.locator("#op-1").click()
    plain.get_by_role("link", name="Klaar").click()
    told = plain.locator(".pf-story .pf-text").all_inner_texts()
    assert [each.splitlines()[0] for each in told] == ["Tot zover.", "Al getypt"]
