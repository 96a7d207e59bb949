"""The main jobs when things go against her: a slow line, on which she presses twice, and a session that ends while she
fills in a form.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, choose, code_of, opened, sign_in, sign_in_as_staff
from tests.journeys.test_board import BOARD, delivery
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
SLOW = {"offline": False, "latency": 1_200, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit, and more than a second before anything comes back: slow 3G at the edge of its reach."""
BUSY = "Bezig met versturen…"
# Between two pages nobody can be asked what is on the screen: what was said is read afterwards.
NOTES_WHAT_IS_SAID = """() => {
  sessionStorage.removeItem("said");
  new MutationObserver(() => {
    for (const each of document.querySelectorAll("form [role=status]")) {
      if (each.textContent) sessionStorage.setItem("said", each.textContent);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
LOST = re.compile("^Je was uitgelogd toen je dit verstuurde")


@pytest.fixture
def page(browser: Browser, demo: Running) -> Iterator[Page]:
    with opened(browser, demo, 390, 800) as page:
        yield page


def slowly(page: Page) -> list[str]:
    """From here on the line is slow; the addresses to which something is posted are noted."""
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    posted: list[str] = []
    page.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" else None)
    return posted


def twice(page: Page, name: str) -> None:
    """Press the button twice, because nothing seems to happen; the page says that it is busy."""
    page.evaluate(NOTES_WHAT_IS_SAID)
    page.get_by_role("main").get_by_role("button", name=name).first.dblclick(no_wait_after=True)
    page.wait_for_event("load")
    assert page.evaluate("sessionStorage.getItem('said')").startswith(BUSY)


def joined(page: Page, demo: Running, number: int) -> str:
    """Somebody whose file has joined her account, with one thing to answer; her name."""
    person = ordinary(demo, number)
    sign_in(page, person["name"])
    page.goto(f"/activeren/{code_of(page, demo, person['id'])}/")
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn registratie")
    return person["name"]


def test_over_a_slow_line_a_teacher_confirms_and_writes_once(page: Page, demo: Running) -> None:
    joined(page, demo, 66)
    posted = slowly(page)
    twice(page, "Klopt")
    expect(page.get_by_text("Je hebt het bevestigd.")).to_be_visible()
    page.goto("/")
    page.get_by_role("textbox").first.fill("Over een trage lijn.")
    twice(page, "Opslaan")
    expect(page.get_by_text("Opgeslagen").first).to_be_visible()
    sent = [each.partition(demo.address)[2] for each in posted]
    assert (sent.count("/mijn-registratie/bevestigen/"), sent.count("/portfolio/bewaren/")) == (1, 1)
    page.goto("/portfolio/")
    expect(page.get_by_role("link", name="Over een trage lijn.")).to_have_count(1)


def test_over_a_slow_line_a_board_delivers_once(page: Page, tmp_path: Path) -> None:
    sign_in_as_staff(page, "Bram")
    page.goto(f"/bestuur/{BOARD.number}/aanleveren/")
    page.locator("input[type=file]").set_input_files(delivery(tmp_path, 7))
    posted = slowly(page)
    twice(page, "Controleren")
    expect(page.get_by_role("button", name=re.compile("^Aanleveren"))).to_be_visible(timeout=30_000)
    twice(page, "Aanleveren")
    expect(page.get_by_text("Geleverd", exact=True)).to_be_visible(timeout=30_000)
    assert len([each for each in posted if "/aanlever" in each]) == 2


# --- the session ends -------------------------------------------------------------------------------------------------


def again(page: Page, name: str, *, staff: bool = False) -> None:
    """She is asked to sign in, and does."""
    expect(page).to_have_url(re.compile("/inloggen/"))
    page.get_by_role("button", name="Demo-schoolaccount" if staff else "Demo-eID").click()
    choose(page, name)
    if page.get_by_role("button", name=re.compile("^Opnieuw inloggen met")).count():
        page.get_by_role("button", name=re.compile("^Opnieuw inloggen met")).click()
        choose(page, name)


def test_a_teacher_whose_session_ends_is_back_where_she_was(page: Page, demo: Running) -> None:
    name = joined(page, demo, 67)
    page.context.clear_cookies(name="sessie")
    page.get_by_role("button", name=re.compile("^Klopt")).first.click()
    again(page, name)
    expect(page.get_by_text(LOST)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Klopt niet")).first.click()
    page.get_by_role("textbox").first.fill("Ik begon een jaar eerder, op een andere school.")
    page.context.clear_cookies(name="sessie")
    page.get_by_role("button", name="Versturen").click()
    again(page, name)
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(page.get_by_role("textbox").first).to_have_value("Ik begon een jaar eerder, op een andere school.")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_text("Ik begon een jaar eerder, op een andere school.")).to_be_visible()


def test_a_board_whose_session_ends_is_told_that_the_file_did_not_arrive(page: Page, tmp_path: Path) -> None:
    sign_in_as_staff(page, "Lotte")
    page.goto(f"/bestuur/{BOARD.number}/aanleveren/")
    page.locator("input[type=file]").set_input_files(delivery(tmp_path, 8))
    page.context.clear_cookies(name="sessie")
    page.get_by_role("button", name="Controleren").click()
    again(page, "Lotte", staff=True)
    expect(page).to_have_url(re.compile("/aanleveren/"))
    expect(page.get_by_text("Je bestand is niet ontvangen en niet bewaard.")).to_be_visible()


def test_support_whose_session_ends_finds_her_reason_back(page: Page) -> None:
    sign_in_as_staff(page, "Joke")
    page.goto("/ondersteuning/beoordelingen/")
    page.get_by_label("Niet koppelen").first.check()
    page.get_by_label("Reden").first.fill("De geboortedatum is een andere.")
    page.context.clear_cookies(name="sessie")
    page.get_by_role("button", name="Besluiten").first.click()
    again(page, "Joke", staff=True)
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(page.get_by_label("Reden").first).to_have_value("De geboortedatum is een andere.")
    expect(page.get_by_label("Niet koppelen").first).to_be_checked()
