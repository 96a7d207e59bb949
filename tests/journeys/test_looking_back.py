"""She looks back on her years: pictures that fit the screen, in the colours of day and night, with their numbers."""

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


def test_her_years_in_pictures_with_their_numbers(page: Page, demo: Running, look: Look) -> None:
    sign_in(page, ordinary(demo, 66 if is_wide(page) else 67)["name"])
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
    page.get_by_role("link", name="Een jaar eerder").click()
    expect(page.get_by_role("heading", name="Je jaar 2024-2025")).to_be_visible()
    page.get_by_text("In getallen").click()
    expect(page.get_by_role("row", name="oktober 1")).to_be_visible()
