"""A code in a mail: from the link to what her board delivered. Looking at the link is nothing; pressing is."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, choose, opened

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, demo: Running) -> Iterator[Page]:
    """One width: the code can be redeemed once."""
    with opened(browser, demo, 420, 900) as page:
        yield page


def test_he_follows_the_link_of_his_mail(page: Page, demo: Running, look: Callable[[Page, str], None]) -> None:
    provider = json.loads((demo.var / "demo" / "eid.json").read_text())["issuer"]
    page.goto(f"{provider}/post/ilias/")
    link = page.locator("article a[href*='/activeren/']").first
    for _ in range(100):  # the mail leaves a moment after the demo has started
        if link.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    code = (link.get_attribute("href") or "").rstrip("/").rpartition("/")[2]
    link.click()
    expect(page.get_by_text("Log eerst in met een inlogmiddel van jezelf.")).to_be_visible()
    look(page, "mail-signed-out")
    page.get_by_role("main").get_by_role("link", name="Inloggen").click()
    page.get_by_role("button", name="Demo-eID").click()
    choose(page, "Ilias")
    expect(page.get_by_label("Activatiecode")).to_have_value(code)
    look(page, "mail-code-prefilled")

    looked = page.url
    page.goto("/mijn-registratie/")
    expect(page.get_by_text("natuurkunde")).to_have_count(0)
    page.goto(looked)
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn registratie")
    expect(page.get_by_role("status")).to_contain_text("Je code klopt.")
    expect(page.get_by_text("natuurkunde").first).to_be_visible()

    page.goto(looked)  # he opens the mail once more: his code did what it was for, and nothing is done twice
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("status")).to_contain_text("Je code klopt.")
