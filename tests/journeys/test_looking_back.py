"""She looks back on her years, in pictures with their numbers, and decides what of it the profession may know."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running, no_wider_than_the_screen, sign_in
from tests.journeys.test_portfolio import is_wide
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]
WRITTEN = (
    ("Cursus rekenen op 3 oktober 2024", "werkdruk"),
    ("Gelezen over lezen op 14 november 2024", "lezen"),
    ("Intervisie op 12 maart 2025", "werkdruk, lezen"),
    ("Uitgeprobeerd: stil lezen op 2 september 2025", "lezen"),
    ("Gesprek met een starter op 9 september 2025", ""),
)


COLOURS = """() => {
  document.body.insertAdjacentHTML("beforeend", `<div id="probe">
    <svg><rect class="pf-bar"/><rect class="pf-bar pf-bar--over"/></svg>
    <p class="pf-key"><span class="pf-key__bar"></span><span class="pf-key__over"></span></p></div>`);
  const probe = document.getElementById("probe");
  const fills = [...probe.querySelectorAll("rect")].map((each) => getComputedStyle(each).fill);
  const keys = [...probe.querySelectorAll("span")].map((each) => getComputedStyle(each).backgroundColor);
  probe.remove();
  return [...fills, ...keys];
}"""
"""The colours of both sorts of bars, and of both squares of the legend."""


def test_her_years_in_pictures_with_their_numbers(page: Page, demo: Running, look: Look) -> None:
    sign_in(page, ordinary(demo, 146 if is_wide(page) else 147)["name"])
    for name, words in (("Werkdruk", "werkdruk"), ("Leren lezen", "lezen")):
        page.goto("/portfolio/themas/")
        page.get_by_label("Hoe heet je thema?").fill(name)
        page.get_by_text("Waar het over gaat, en welke trefwoorden erbij horen").click()
        page.get_by_label("Trefwoorden").fill(words)
        page.get_by_role("button", name="Opslaan").click()
    for text, words in WRITTEN:
        page.goto("/")
        page.get_by_role("textbox").first.fill(text)
        page.get_by_role("button", name="Opslaan").click()
        page.get_by_role("link", name="Datum, soort of tekst aanpassen").click()
        page.get_by_label("Trefwoorden").fill(words)
        page.get_by_role("button", name="Opslaan").click()
    page.goto("/portfolio/terugblik/")
    expect(page.get_by_role("heading", name="Je jaar 2025-2026")).to_be_visible()
    no_wider_than_the_screen(page, "terugblik")
    look(page, "look-back")
    page.emulate_media(forced_colors="active")
    bar, over, key, key_over = page.evaluate(COLOURS)
    assert (bar, over) == (key, key_over), "the legend has other colours than the bars"
    assert bar != over
    page.emulate_media(forced_colors="none")
    page.get_by_role("link", name="Een jaar eerder").click()
    expect(page.get_by_role("heading", name="Je jaar 2024-2025")).to_be_visible()
    page.get_by_text("In getallen").click()
    expect(page.get_by_role("row", name="oktober 1")).to_be_visible()


def test_she_sees_what_the_profession_would_know_gives_it_and_takes_it_back(
    page: Page, demo: Running, look: Look
) -> None:
    sign_in(page, ordinary(demo, 98 if is_wide(page) else 99)["name"])
    page.get_by_role("textbox").first.fill("Gelezen over stil lezen, met een collega")
    page.get_by_role("button", name="Opslaan").click()
    page.goto("/portfolio/terugblik/")
    page.get_by_role("link", name="Wat het beroep mag weten: dat bepaal jij").click()
    expect(page.get_by_role("heading", name="Dit zou je geven")).to_be_visible()
    expect(page.get_by_text("1 tot 4 keer")).to_be_visible()
    look(page, "release")
    page.get_by_role("button", name="Dit geven").click()
    expect(page.get_by_text("Gegeven. Je kunt het altijd weer intrekken.")).to_be_visible()
    expect(page.get_by_role("heading", name="Dit gaf je")).to_be_visible()
    look(page, "released")
    page.get_by_role("button", name="Intrekken").click()
    expect(page.get_by_text("Ingetrokken. Er telt niets meer van je mee.")).to_be_visible()
    expect(page.get_by_role("heading", name="Dit zou je geven")).to_be_visible()
