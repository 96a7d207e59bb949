"""Her key: she keeps her recovery code, loses her way to sign in, and gets her portfolio back with it, by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, choose, sign_in
from tests.journeys.keyboard import press
from tests.journeys.test_portfolio import is_wide, write
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
WIDTHS = ("phone",)
Look = Callable[[Page, str], None]


def test_she_keeps_her_code_and_gets_her_portfolio_back_with_it(
    page: Page, browser: Browser, demo: Running, look: Look
) -> None:
    first, second = (80, 81) if is_wide(page) else (82, 83)
    sign_in(page, ordinary(demo, first)["name"])
    page.get_by_role("link", name="Naar je herstelcode").click()
    code = page.locator(".pf-code").inner_text()
    assert re.fullmatch("[0-9A-Z]{4}(-[0-9A-Z]{4}){6}", code)
    look(page, "recovery-code")
    page.get_by_role("button", name="Ik heb de code bewaard").click()
    expect(page.get_by_role("link", name="Naar je herstelcode")).to_have_count(0)
    write(page, "Dit wil ik niet kwijt.")

    with browser.new_context(base_url=demo.address, locale="nl-NL", viewport=page.viewport_size) as context:
        later = context.new_page()
        name = ordinary(demo, second)["name"]
        sign_in(later, name)
        later.goto("/portfolio/sleutel/")
        press(later, "Een portfolio terughalen met een herstelcode", "link")
        look(later, "recover")
        press(later, "Herstelcode", "textbox", code.replace("-", " ").lower())
        later.get_by_role("button", name="Inloggen met Demo-eID").click()
        choose(later, name)
        expect(later.get_by_text("Je portfolio is terug.")).to_be_visible()
        look(later, "recovered")
        assert later.locator(".pf-code").inner_text() != code
        later.goto("/portfolio/")
        expect(later.get_by_text("Dit wil ik niet kwijt.").first).to_be_visible()


def test_what_she_looks_for_appears_as_she_types_and_stands_in_no_address(
    page: Page, demo: Running, look: Look
) -> None:
    sign_in(page, ordinary(demo, 84 if is_wide(page) else 85)["name"])
    write(page, "Intervisie met Zoë over rekenen.")
    write(page, "Gelezen over schrijven.")
    page.goto("/portfolio/zoeken/")
    page.get_by_label("Zoeken").press_sequentially("zoe rek")
    expect(page.locator("#gevonden mark")).to_have_text(["Zoë", "rek"])
    expect(page.get_by_role("status")).to_have_text("1 gevonden")
    look(page, "find")
    expect(page.locator("#gevonden .pf-entry")).to_have_count(1)
    assert page.url.endswith("/portfolio/zoeken/")
    page.get_by_label("Zoeken").fill("staat er niet")
    expect(page.locator("#gevonden").get_by_text("Niets gevonden.")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(re.compile("^Niets gevonden"))
