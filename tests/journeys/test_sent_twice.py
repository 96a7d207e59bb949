"""A double click, two tabs, and a page of before that is sent again: it is done once, and she hears that it was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, code_of, sign_in, sign_in_as_staff
from tests.journeys.test_board import BOARD
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
WIDTHS = ("phone",)
Look = Callable[[Page, str], None]
NOTICE = "Dit had je al verstuurd. Het is één keer gedaan."
# Chromium itself drops the second of two equal posts; a browser that sends both does this.
TWICE = """async () => {
  const form = document.querySelector('form[action$="/bevestigen/"]');
  const send = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const answers = await Promise.all([send(), send()]);
  return answers.map((answer) => new URL(answer.url).search).sort();
}"""

DROPPED = """async () => {
  const form = document.querySelector('form[action$="/brieven/"]');
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  return answer.status;
}"""


def test_what_is_sent_twice_is_done_once_and_she_hears_it(page: Page, demo: Running, look: Look) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    person = ordinary(demo, 68 if wide else 69)
    sign_in(page, person["name"])
    page.goto("/activeren/")
    page.get_by_label("Code").fill(code_of(page, demo, person["id"]))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn registratie")

    second = page.context.new_page()
    second.goto("/mijn-registratie/")
    assert page.evaluate(TWICE) == ["?antwoord=klopt", "?antwoord=klopt&nogmaals=1"]
    page.get_by_role("button", name=re.compile("^Klopt")).first.dblclick()
    expect(page.get_by_text(NOTICE)).to_be_visible()
    look(page, "sent-twice")
    second.get_by_role("button", name=re.compile("^Klopt")).first.click()  # another tab has a key of its own
    expect(second.get_by_text("Je hebt het bevestigd.")).to_be_visible()
    expect(second.get_by_text("Bevestigd", exact=True)).to_have_count(1)
    second.close()

    page.get_by_role("link", name=re.compile("^Er klopt toch iets niet")).click()
    key = page.get_by_role("main").locator("input[name=eenmalig]")
    old = key.input_value()
    page.get_by_role("main").get_by_role("textbox").fill("Het vak klopt niet.")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text("Je bestuur heeft je vraag gekregen.")).to_be_visible()
    page.go_back()
    # A browser that brings the page back as it was sends the key of then; one that asks for it anew has another.
    key.evaluate("(field, old) => { field.value = old; }", old)
    page.get_by_role("main").get_by_role("textbox").fill("En de dag ook niet.")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wil je dit ook versturen?")
    look(page, "sent-with-something-else")
    page.get_by_role("main").get_by_role("button", name="Ook versturen").click()
    expect(page.get_by_text("En de dag ook niet.")).to_be_visible()
    expect(page.get_by_text(NOTICE)).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_double_click_on_letters_gives_the_file(browser: Browser, demo: Running, script: bool) -> None:
    context = browser.new_context(base_url=demo.address, java_script_enabled=script)
    page = context.new_page()
    sign_in_as_staff(page, "Bram")
    page.goto(f"/bestuur/{BOARD.number}/")
    page.get_by_role("checkbox", name=re.compile("^Brief voor")).first.check()
    with page.expect_download() as file:
        page.get_by_role("button", name="Brieven maken (PDF)").dblclick()
    assert file.value.path().read_bytes().startswith(b"%PDF")
    context.close()


def test_a_browser_that_drops_the_file_leads_to_a_page_that_makes_the_same_letters(
    page: Page, demo: Running, look: Look
) -> None:
    sign_in_as_staff(page, "Bram")
    page.goto(f"/bestuur/{BOARD.number}/")
    page.get_by_role("checkbox", name=re.compile("^Brief voor")).first.check()
    page.evaluate(DROPPED)  # the first of two posts, whose answer nobody kept
    page.get_by_role("button", name="Brieven maken (PDF)").click()
    expect(page.get_by_text("De brieven zijn al gemaakt.")).to_be_visible()
    look(page, "letters-made")
    with page.expect_download() as file:
        page.get_by_role("button", name="Dezelfde brieven opnieuw maken (PDF)").click()
    assert file.value.path().read_bytes().startswith(b"%PDF")
