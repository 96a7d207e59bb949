"""The quiet autosave in a real browser: what she types is kept, comes back, and reaches nobody else.

No journey waits a fixed time: each lets the page's clock run on and waits for the answer or for what the page says.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.journeys.conftest import Running, choose, opened, sign_in
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
SOON = 8_001  # the module waits 2 seconds after a key, and 8 before it tries again
TWICE = """() => {
  const form = document.querySelector("form[data-editor]");
  const post = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  return Promise.all([post(), post()]).then((answers) => answers.map((each) => each.url));
}"""
UNSAVED = "Dit concept had je nog niet opgeslagen."


@pytest.fixture
def page(browser: Browser, demo: Running) -> Iterator[Page]:
    """One width: the module is the same on both."""
    with opened(browser, demo, 420, 900) as page:
        page.context.clock.install()
        yield page


def box(page: Page) -> Locator:
    """Where she writes."""
    return page.get_by_role("textbox", name="Wat wil je vastleggen?")


def types(page: Page, text: str) -> None:
    """Key by key, behind what is there."""
    box(page).press("Control+End")
    box(page).press_sequentially(text)


def told(page: Page, text: str) -> None:
    """What the module has to say below the box, a while later."""
    page.clock.fast_forward(SOON)
    expect(page.locator("[data-status]")).to_contain_text(text)


def drafted(page: Page, text: str = "") -> None:
    """Type this; a while later it is kept: the register has answered so, and the page says it."""
    with page.expect_response(lambda answer: answer.url.endswith("/portfolio/concept/") and answer.ok):
        types(page, text)
        page.clock.fast_forward(SOON)
    expect(page.locator("[data-status]")).to_have_text("Concept bewaard")


def save(page: Page) -> None:
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()


def anew(page: Page, name: str) -> None:
    """Sign in, again or as somebody else, in another tab of the same browser; the tab stays open."""
    sign_in(page.context.new_page(), name)
    page.bring_to_front()


def kept(page: Page, text: str) -> None:
    """The text is in her portfolio, once, and no draft waits."""
    page.goto("/portfolio/")
    expect(page.get_by_role("link", name=text)).to_have_count(1)
    page.goto("/")
    expect(box(page)).to_have_value("")
    expect(page.get_by_text(UNSAVED)).to_have_count(0)


def test_what_she_typed_is_there_after_a_reload_and_saving_frees_the_slot(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 40)["name"])
    page.goto("/")
    drafted(page, "Gelezen: over leren lezen.")
    page.reload()
    expect(box(page)).to_have_value("Gelezen: over leren lezen.")
    expect(page.get_by_text(UNSAVED)).to_be_visible()  # it comes from the register, not from the browser's memory
    drafted(page, "\nHet tweede hoofdstuk.")
    save(page)
    kept(page, "Gelezen: over leren lezen.")

    page.get_by_role("link", name="Gelezen: over leren lezen.").click()
    page.get_by_role("link", name="Aanpassen").click()
    drafted(page, "\nEn het derde.")
    page.goto("/")
    page.get_by_role("link", name="Verder gaan met je concept").click()
    expect(box(page)).to_have_value("Gelezen: over leren lezen.\nHet tweede hoofdstuk.\nEn het derde.")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("En het derde.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("Je was iets aan het aanpassen")).to_have_count(0)


def test_when_it_was_asked_too_often_her_text_stays_and_is_sent_again_after_the_wait(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 47)["name"])
    page.goto("/")
    drafted(page, "Begonnen.")
    asked, refusals = [], [{"Retry-After": "30"}, {"Retry-After": "onzin"}]

    def refuse_twice(route: Route) -> None:
        asked.append(route.request)
        if len(asked) <= len(refusals):
            json = {"state": "too-often"}
            route.fulfill(status=429, json=json, headers=refusals[len(asked) - 1])
        else:
            route.continue_()

    page.route("**/portfolio/concept/", refuse_twice)
    with page.expect_response("**/portfolio/concept/"):
        types(page, " En verder.")
        page.clock.fast_forward(SOON)
    expect(page.locator("[data-status]")).to_be_empty()  # it no longer says that all of it was kept
    expect(box(page)).to_have_value("Begonnen. En verder.")
    page.clock.fast_forward(29_000)
    assert len(asked) == 1, "it waits as long as it was told to"
    for seconds in (1_001, SOON):  # without a number that can be read it waits as after any failure
        with page.expect_response("**/portfolio/concept/"):
            page.clock.fast_forward(seconds)
    expect(page.locator("[data-status]")).to_have_text("Concept bewaard")
    assert len(asked) == 3
    page.unroute("**/portfolio/concept/")
    page.reload()
    expect(box(page)).to_have_value("Begonnen. En verder.")
    save(page)
    kept(page, "Begonnen. En verder.")


def test_her_session_is_ended_while_she_types_and_nothing_is_lost(browser: Browser, page: Page, demo: Running) -> None:
    name = ordinary(demo, 41)["name"]
    sign_in(page, name)
    page.goto("/")
    drafted(page, "Begonnen.")
    ended_elsewhere(browser, demo, name)
    types(page, " Verder getypt.")
    told(page, "Je bent uitgelogd. Je tekst staat nog hier.")
    expect(box(page)).to_have_value("Begonnen. Verder getypt.")
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Inloggen in een nieuw tabblad").click()
    there = opening.value
    there.get_by_role("button", name="Demo-eID").click()
    choose(there, name)
    there.close()
    drafted(page)
    page.reload()
    expect(box(page)).to_have_value("Begonnen. Verder getypt.")
    save(page)
    kept(page, "Begonnen. Verder getypt.")


def ended_elsewhere(browser: Browser, demo: Running, name: str) -> None:
    """On another machine she ends every session that is not the one there."""
    with opened(browser, demo, 420, 900) as elsewhere:
        sign_in(elsewhere, name)
        elsewhere.goto("/sessies/")
        elsewhere.get_by_role("button", name=re.compile("^Deze sessie beëindigen")).first.click()
        expect(elsewhere.get_by_text("De sessie is beëindigd.")).to_be_visible()


def test_who_signs_in_after_her_in_the_same_browser_never_gets_her_text(page: Page, demo: Running) -> None:
    hers, name = "Alleen voor mij", ordinary(demo, 42)["name"]
    sign_in(page, name)
    page.goto("/")
    drafted(page, f"{hers}.")
    anew(page, ordinary(demo, 43)["name"])
    types(page, " En dit ook.")
    told(page, "In deze browser is nu iemand anders ingelogd.")
    other = page.context.pages[-1]
    for path in ("/", "/portfolio/", "/portfolio/prullenbak/"):
        other.goto(path)
        assert hers not in other.content()
    expect(page.get_by_role("button", name="Opslaan")).to_be_visible()

    anew(page, name)  # she is back: the page that stayed open keeps what she typed meanwhile
    drafted(page, " Terug.")
    anew(page, ordinary(demo, 43)["name"])
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Niet opgeslagen")
    assert hers not in page.content()
    other.goto("/")
    assert hers not in other.content()

    sign_in(page, name)
    page.goto("/")
    expect(box(page)).to_have_value(f"{hers}. En dit ook. Terug.")


def test_she_signs_in_anew_elsewhere_twice_and_her_page_goes_on_saving(page: Page, demo: Running) -> None:
    name = ordinary(demo, 44)["name"]
    sign_in(page, name)
    page.goto("/")
    for text in ("Een.", " Twee."):
        anew(page, name)
        drafted(page, text)
    save(page)
    kept(page, "Een. Twee.")

    anew(page, name)
    box(page).fill("Meteen opgeslagen.")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Je hebt intussen opnieuw ingelogd. Je tekst staat hieronder.")).to_be_visible()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
    kept(page, "Meteen opgeslagen.")


def test_two_tabs_write_and_neither_loses_a_word(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 45)["name"])
    page.goto("/")
    second = page.context.new_page()
    second.goto("/")
    drafted(page, "In het eerste tabblad.")
    types(second, "In het tweede tabblad.")
    told(second, "Er staat al een ander concept klaar.")
    expect(box(second)).to_have_value("In het tweede tabblad.")
    third = page.context.new_page()  # opens with the draft of the first tab, and goes on with it
    third.goto("/")
    drafted(third, " Verder in het derde.")
    types(page, " Hier ook verder.")
    told(page, "Er staat al een ander concept klaar.")
    save(second)
    save(third)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Er zijn twee teksten")
    page.get_by_role("button", name="Jouw tekst apart opslaan").click()
    expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
    for text in (
        "In het tweede tabblad.",
        "In het eerste tabblad. Verder in het derde.",
        "In het eerste tabblad. Hier ook verder.",
    ):
        kept(page, text)


def test_a_double_click_on_save_makes_one_entry(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, 46)["name"])
    page.goto("/")
    types(page, "Eén keer gezegd.")
    # Chromium itself drops the second of two equal posts; a browser that sends both does this.
    answers = page.evaluate(TWICE)
    assert answers[0] == answers[1]
    assert "/?bewaard=" in answers[0]
    page.get_by_role("button", name="Opslaan").dblclick()
    expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
    kept(page, "Eén keer gezegd.")
