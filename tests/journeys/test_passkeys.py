"""A passkey: she adds it, signs in with it by keyboard, stops half way, and removes it: it opens nothing more."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running, choose, sign_in
from tests.journeys.keyboard import press
from tests.journeys.passkeys import Device
from tests.journeys.test_portfolio import is_wide, write
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
WIDTHS = ("phone",)
Look = Callable[[Page, str], None]


def to_the_passkey_page(page: Page, name: str) -> None:
    """Her key, and the fresh sign-in that adding asks."""
    page.goto("/portfolio/sleutel/")
    page.get_by_role("button", name="Passkey toevoegen").click()
    choose(page, name)
    expect(page.get_by_role("heading", level=1, name="Passkey toevoegen")).to_be_visible()


def test_she_adds_a_passkey_signs_in_with_it_and_removes_it(page: Page, demo: Running, look: Look) -> None:
    name = ordinary(demo, 119 if is_wide(page) else 120)["name"]
    device = Device(page)
    sign_in(page, name)
    write(page, "Dit wil ik ook met mijn telefoon lezen.")

    to_the_passkey_page(page, name)
    expect(page.get_by_label("Naam van de passkey")).to_have_value("Chrome, Linux")
    look(page, "passkey-add")
    press(page, "Naam van de passkey", "textbox", "Mijn telefoon")
    expect(page.get_by_role("status")).to_contain_text("Je passkey is toegevoegd.")
    look(page, "passkey-added")
    assert [len(each["privateKey"]) > 0 for each in device.passkeys()] == [True]
    assert device.passkeys()[0]["isResidentCredential"]

    to_the_passkey_page(page, name)
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.get_by_text("Dit apparaat heeft al een passkey voor je portfolio.")).to_be_visible()

    page.get_by_role("button", name="Uitloggen").click()
    page.goto("/inloggen/?verder=/portfolio/")
    expect(page.get_by_role("button", name="Inloggen met een passkey")).to_be_visible()
    look(page, "sign-in-with-passkey")
    device.refuses(True)
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page.get_by_text("Je bent gestopt")).to_be_visible()
    look(page, "passkey-stopped")
    device.refuses(False)
    press(page, "Inloggen met een passkey", "button")
    expect(page.get_by_text("Dit wil ik ook met mijn telefoon lezen.").first).to_be_visible()
    assert page.url.endswith("/portfolio/")
    page.goto("/")
    write(page, "Geschreven na inloggen met een passkey.")
    page.goto("/sessies/")
    expect(page.locator("dd", has_text="Passkey").first).to_be_visible()
    page.goto("/portfolio/sleutel/")
    expect(page.get_by_text("Je portfolio ging open met een passkey.")).to_be_visible()
    expect(page.get_by_text("Mijn telefoon").first).to_be_visible()
    look(page, "own-key-with-passkey")

    page.context.clear_cookies(name="sleutel")
    page.goto("/portfolio/")
    expect(page.get_by_role("heading", level=1, name="Log opnieuw in voor je portfolio")).to_be_visible()
    look(page, "key-needed-with-passkey")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page.get_by_text("Geschreven na inloggen met een passkey.").first).to_be_visible()

    page.goto("/portfolio/sleutel/")
    page.get_by_role("link", name="Verwijderen (Mijn telefoon)").click()
    look(page, "passkey-remove")
    page.get_by_role("button", name="Opnieuw inloggen met Demo-eID").click()
    choose(page, name)
    look(page, "passkey-remove-proved")
    page.get_by_role("button", name="Passkey verwijderen").click()
    expect(page.get_by_role("status").first).to_contain_text("De passkey is verwijderd.")
    look(page, "passkey-removed")

    page.get_by_role("button", name="Uitloggen").click()
    page.goto("/inloggen/")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page.get_by_text("Deze passkey opent hier niets (meer).")).to_be_visible()
    look(page, "passkey-refused")
    page.goto("/portfolio/")
    expect(page.get_by_role("heading", level=1, name="Inloggen")).to_be_visible()


def test_a_browser_without_passkeys_says_what_is_needed(page: Page, demo: Running, look: Look) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/inloggen/")
    expect(page.get_by_role("button", name="Inloggen met een passkey")).to_have_count(0)
    expect(page.get_by_text("Deze browser kan hier geen passkey gebruiken.")).to_be_visible()
    look(page, "sign-in-without-passkey")
    name = ordinary(demo, 121 if is_wide(page) else 122)["name"]
    sign_in(page, name)
    to_the_passkey_page(page, name)
    expect(page.get_by_role("button", name="Passkey maken")).to_have_count(0)
    expect(page.get_by_text("Deze browser kan hier geen passkey maken.")).to_be_visible()
    look(page, "passkey-add-without")
