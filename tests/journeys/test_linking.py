"""Two identities of hers: she links the second, and unlinks it with her recovery code."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running, choose, sign_in
from tests.journeys.keyboard import press
from tests.journeys.test_portfolio import is_wide
from tests.journeys.test_teacher import ordinary
from vault.recovery import locator_of, read
from vault.unlinking import CODE_COUNTS_AFTER

pytestmark = pytest.mark.browser
WIDTHS = ("phone",)
Look = Callable[[Page, str], None]


def a_week_ago(demo: Running, code: str) -> None:
    """As if she has this code for a week already."""
    with closing(sqlite3.connect(demo.var / "vault" / "vault.sqlite3")) as store, store:
        query = "UPDATE holder SET since = ? WHERE locator = ?"
        earlier = datetime.now(UTC) - CODE_COUNTS_AFTER
        assert store.execute(query, (earlier.isoformat(), locator_of(read(code)))).rowcount == 1


def test_she_links_another_identity_and_unlinks_it_with_her_code(page: Page, demo: Running, look: Look) -> None:
    first, second = (123, 124) if is_wide(page) else (125, 126)
    name, other = ordinary(demo, first)["name"], ordinary(demo, second)["name"]
    sign_in(page, name)
    page.goto("/portfolio/sleutel/")
    code = page.locator(".pf-code").inner_text()
    look(page, "own-key-first")
    page.get_by_role("button", name="Ik heb de code bewaard").click()

    page.goto("/portfolio/sleutel/")
    page.get_by_role("button", name="Inlogmiddel koppelen").click()
    choose(page, name)
    expect(page.get_by_role("heading", level=1, name="Inlogmiddel koppelen")).to_be_visible()
    look(page, "link")
    page.get_by_role("button", name="Inloggen met Demo-eID").click()
    choose(page, other)
    expect(page.get_by_role("status")).to_contain_text("Gekoppeld.")
    look(page, "linked")

    page.get_by_role("link", name="Ontkoppelen (Demo-eID)").click()
    expect(page.get_by_text("Je herstelcode is nog te nieuw.")).to_be_visible()
    look(page, "unlink-too-new")
    a_week_ago(demo, code)
    page.reload()
    look(page, "unlink")
    page.get_by_role("button", name="Opnieuw inloggen met Demo-eID").click()
    choose(page, name)
    look(page, "unlink-proved")
    page.get_by_label("Herstelcode").fill("AAAA")
    page.get_by_role("button", name="Ontkoppelen").click()
    expect(page.get_by_text("Dit is geen herstelcode.").first).to_be_visible()
    look(page, "unlink-typing-error")
    page.get_by_label("Herstelcode").fill("")
    press(page, "Herstelcode", "textbox", code)
    expect(page.get_by_role("status")).to_contain_text("Ontkoppeld.")
    look(page, "unlinked")

    page.goto("/portfolio/sleutel/koppelen/")
    expect(page.get_by_role("heading", level=1, name="De sleutel van je portfolio")).to_be_visible()
