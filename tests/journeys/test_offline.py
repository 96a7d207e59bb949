"""Writing without a connection on a device that she marked as hers; on any other nothing stays."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, opened, sign_in
from tests.journeys.keyboard import press, reach
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
WIDTHS = ("phone",)
Look = Callable[[Page, str], None]
KEPT = """async () => ({
  databases: (await indexedDB.databases()).map((each) => each.name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
})"""
NOTHING = {"databases": [], "caches": [], "workers": 0, "local": [], "session": []}
RAW = """async () => {
  const come = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const read = (value) => {
    if (value instanceof CryptoKey) return { extractable: value.extractable, usages: value.usages };
    const bytes = value instanceof ArrayBuffer || ArrayBuffer.isView(value);
    return bytes ? new TextDecoder("latin1").decode(value) : value;
  };
  const db = await come(indexedDB.open("lerarenregister"));
  const found = [];
  for (const name of db.objectStoreNames) {
    for (const row of await come(db.transaction(name).objectStore(name).getAll())) {
      found.push([name, Object.fromEntries(Object.entries(row).map(([key, value]) => [key, read(value)]))]);
    }
  }
  db.close();
  return found;
}"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const asked of await cache.keys()) found.push([asked.url, await (await cache.match(asked)).text()]);
  }
  return found;
}"""


def number(page: Page, wide: int) -> int:
    return wide if (page.viewport_size or {})["width"] > 600 else wide + 1


def box(page: Page) -> Any:
    return page.get_by_role("textbox", name="Wat wil je vastleggen?")


def mark(page: Page) -> None:
    """Say that this is her own device; the worker is at work from then on."""
    page.goto("/")
    page.get_by_role("link", name="Schrijven zonder verbinding").click()
    page.get_by_role("button", name="Dit is mijn eigen apparaat").click()
    expect(page.get_by_text("Dit is je eigen apparaat.")).to_be_visible(timeout=20_000)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    expect(page.get_by_text("Er wacht niets.")).to_be_visible()


def away(page: Page) -> None:
    """The connection falls away, and she opens the first page."""
    page.context.set_offline(True)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Geen verbinding")


def writes(page: Page, text: str) -> None:
    """On the page that the device keeps."""
    box(page).fill(text)
    page.get_by_role("button", name="Op dit apparaat bewaren").click()
    expect(box(page)).to_have_value("")


def back(page: Page) -> None:
    page.context.set_offline(False)


def opens(page: Page, address: str) -> None:
    """A page of the register itself: the worker hears a moment later than the page that there is a connection."""
    for _ in range(20):
        page.goto(address)
        if page.get_by_role("heading", level=1, name="Geen verbinding").count() == 0:
            return
        page.wait_for_timeout(250)
    raise AssertionError("the worker keeps saying that there is no connection")


def in_portfolio(page: Page, text: str, times: int = 1) -> None:
    page.goto("/portfolio/")
    expect(page.get_by_role("link", name=text, exact=True)).to_have_count(times)


def test_two_texts_without_a_connection_are_in_her_portfolio_once_each(page: Page, demo: Running, look: Look) -> None:
    sign_in(page, ordinary(demo, number(page, 131))["name"])
    page.goto("/portfolio/eigen-apparaat/")
    look(page, "device-not-marked")
    mark(page)
    look(page, "device-marked")
    away(page)
    look(page, "offline-empty")
    writes(page, "In de trein gelezen.")
    writes(page, "Gesprek op de gang.")
    expect(page.get_by_text("2 teksten wachten op dit apparaat.")).to_be_visible()
    box(page).fill("Half af")
    page.wait_for_timeout(1_000)
    page.goto("/portfolio/doelen/")
    expect(page.get_by_text("De pagina die je wilde openen, is er pas weer als je verbinding hebt.")).to_be_visible()
    expect(page.get_by_text("2 teksten wachten op dit apparaat.")).to_be_visible()
    expect(box(page)).to_have_value("Half af")
    look(page, "offline-elsewhere")

    sealed = page.evaluate(RAW)
    assert [name for name, _ in sealed] == ["about", "texts", "texts", "texts"]
    assert sealed[0][1]["key"] == {"extractable": False, "usages": ["encrypt", "decrypt"]}
    said = repr(sealed)
    for word in ("trein", "gang", "Half", "datum", "formulier"):
        assert word not in said
    assert {len(parts["sealed"]) for name, parts in sealed if name == "texts"} == {1024 + 16}

    back(page)
    expect(page.get_by_text("2 teksten van dit apparaat staan nu in je portfolio.")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Er is weer verbinding")
    look(page, "offline-sent")
    in_portfolio(page, "In de trein gelezen.")
    in_portfolio(page, "Gesprek op de gang.")
    page.goto("/")
    expect(box(page)).to_have_value("Half af")  # what she had not finished is in the box
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
    page.goto("/")
    page.wait_for_load_state()
    expect(box(page)).to_have_value("")  # saved, it does not come back
    in_portfolio(page, "Half af")
    page.goto("/portfolio/eigen-apparaat/")
    expect(page.get_by_text("Er wacht niets.")).to_be_visible()
    for url, body in page.evaluate(CACHED):
        assert re.search(r"/static/|/zonder-verbinding/", url), url
        for word in (ordinary(demo, number(page, 131))["given_name"], "trein", "csrf"):
            assert word not in body or "/static/" in url


def test_the_line_falls_away_while_she_writes_and_two_devices_changed_one_text(
    browser: Browser, page: Page, demo: Running, look: Look
) -> None:
    name = ordinary(demo, number(page, 133))["name"]
    sign_in(page, name)
    mark(page)
    page.goto("/")
    box(page).fill("Begin.")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("link", name="Datum, soort of tekst aanpassen").click()
    box(page).fill("Van de telefoon.")
    with opened(browser, demo, 800, 900) as other:
        sign_in(other, name)
        other.goto("/portfolio/")
        other.get_by_role("link", name="Begin.", exact=True).click()
        other.get_by_role("link", name="Aanpassen").click()
        box(other).fill("Van de laptop.")
        other.get_by_role("button", name="Opslaan").click()
        expect(other.get_by_text("Opgeslagen")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Geen verbinding")
    expect(page.get_by_text("1 tekst wacht op dit apparaat.")).to_be_visible()
    back(page)
    expect(page.get_by_text("Beide teksten staan in je portfolio.")).to_be_visible(timeout=20_000)
    in_portfolio(page, "Van de laptop.")
    page.get_by_role("link", name="Van de telefoon.").click()
    expect(page.get_by_text("Geschreven zonder verbinding.")).to_be_visible()
    expect(page.get_by_role("link", name="Van de laptop.")).to_be_visible()
    look(page, "offline-both")

    page.goto("/")
    box(page).fill("Met een bestand.")
    page.locator("input[type=file]").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"hallo"})
    page.context.set_offline(True)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Een bestand kan dan niet mee.")).to_be_visible()
    expect(box(page)).to_have_value("Met een bestand.")


def test_signing_out_asks_about_what_waits_and_wipes(page: Page, demo: Running, look: Look) -> None:
    sign_in(page, ordinary(demo, number(page, 135))["name"])
    mark(page)
    away(page)
    writes(page, "Nog niet verstuurd.")
    page.route("**/portfolio/eigen-apparaat/teksten/", lambda route: route.abort())
    back(page)
    opens(page, "/")
    expect(page.get_by_text("1 tekst wacht op dit apparaat.")).to_be_visible()
    page.get_by_role("button", name="Uitloggen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 tekst is nog niet verstuurd")
    look(page, "leaving")
    dialog.get_by_role("button", name="Niet doorgaan").click()
    expect(page.get_by_role("button", name="Uitloggen")).to_be_visible()
    page.unroute("**/portfolio/eigen-apparaat/teksten/")
    away(page)
    box(page).fill("Half af.")
    page.wait_for_timeout(1_000)
    back(page)
    opens(page, "/portfolio/eigen-apparaat/")
    expect(page.get_by_text("Een tekst die je nog niet af had, staat klaar")).to_be_visible()
    expect(page.get_by_text("wacht op dit apparaat.")).to_have_count(0, timeout=20_000)  # the other one went
    page.get_by_role("button", name="Uitloggen").click()
    expect(dialog).to_contain_text("1 tekst is nog niet verstuurd")
    dialog.get_by_role("button", name="Nog eens versturen").click()
    expect(page.get_by_role("link", name="Inloggen").first).to_be_visible()
    assert page.evaluate(KEPT) == NOTHING
    assert [each["name"] for each in page.context.cookies() if each["name"] in ("apparaat", "sleutel")] == []
    sign_in(page, ordinary(demo, number(page, 135))["name"])
    in_portfolio(page, "Nog niet verstuurd.")  # it was sent before she was signed out
    in_portfolio(page, "Half af.")


def test_in_a_tab_whose_queue_another_tab_wiped_she_signs_out_all_the_same(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, number(page, 148))["name"])
    mark(page)
    other = page.context.new_page()
    other.goto("/portfolio/eigen-apparaat/")
    other.get_by_role("button", name="Niet meer mijn apparaat").click()
    expect(other.get_by_role("button", name="Dit is mijn eigen apparaat")).to_be_visible()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("link", name="Inloggen").first).to_be_visible()
    assert page.evaluate(KEPT) == NOTHING


def test_what_she_wipes_is_gone_also_without_a_connection(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, number(page, 137))["name"])
    mark(page)
    away(page)
    writes(page, "Toch maar niet.")
    page.get_by_text("Is dit niet meer je apparaat?").click()
    page.get_by_role("button", name="Alles van dit apparaat wissen").click()
    expect(page.get_by_text("Gewist. Op dit apparaat staat niets meer van jou.")).to_be_visible()
    back(page)
    opens(page, "/portfolio/eigen-apparaat/")
    expect(page.get_by_role("button", name="Dit is mijn eigen apparaat")).to_be_visible()  # the mark went too
    assert page.evaluate(KEPT) == NOTHING
    in_portfolio(page, "Toch maar niet.", 0)


@pytest.mark.parametrize("module", [True, False], ids=["with the module", "without"])
def test_another_person_neither_sees_nor_sends_it_and_her_own_session_may_end(
    page: Page, demo: Running, module: bool
) -> None:
    name = ordinary(demo, 139 if module else 140)["name"]
    sign_in(page, name)
    mark(page)
    away(page)
    writes(page, "Na het uitloggen.")
    page.context.clear_cookies(name="sessie")
    back(page)
    opens(page, "/")
    expect(
        page.get_by_text("1 tekst wacht op dit apparaat. Log in, dan gaat het vanzelf naar je portfolio.")
    ).to_be_visible()
    sign_in(page, name)
    expect(page.get_by_text("1 tekst van dit apparaat staat nu in je portfolio.")).to_be_visible()
    in_portfolio(page, "Na het uitloggen.")

    away(page)
    writes(page, "Alleen van mij.")
    page.context.clear_cookies(name="sessie")
    back(page)
    if not module:  # the header wipes by itself; her account of work is another
        page.route("**/device*.js", lambda route: route.abort())
        sign_in(page, "Hanna", provider="Demo-schoolaccount")
    else:
        sign_in(page, ordinary(demo, 145)["name"])
        in_portfolio(page, "Alleen van mij.", 0)
    page.goto("/")
    assert page.evaluate(KEPT) == NOTHING
    assert "Alleen van mij." not in page.content()


def test_a_browser_that_is_not_marked_keeps_nothing(page: Page, demo: Running) -> None:
    sign_in(page, ordinary(demo, number(page, 141))["name"])
    page.goto("/")
    box(page).fill("Op een computer van school.")
    page.get_by_role("button", name="Opslaan").click()
    for path in ("/portfolio/", "/portfolio/eigen-apparaat/", "/sessies/", "/mijn-gegevens/"):
        page.goto(path)
        assert page.evaluate(KEPT) == NOTHING
    page.goto("/portfolio/")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("link", name="Inloggen").first).to_be_visible()
    assert page.evaluate(KEPT) == NOTHING
    assert {each["name"] for each in page.context.cookies()} <= {"csrf", "taal", "sessie"}
    page.go_back()
    assert "Op een computer van school." not in page.content()
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/")


def test_with_the_keyboard_alone_and_a_clock_that_is_wrong(page: Page, demo: Running, look: Look) -> None:
    sign_in(page, ordinary(demo, number(page, 143))["name"])
    page.goto("/")
    press(page, "Schrijven zonder verbinding", "link")
    press(page, "Dit is mijn eigen apparaat", "button")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.clock.set_fixed_time("2031-05-06T12:00:00")
    away(page)
    reach(page, "Wat wil je vastleggen?", "textbox")
    page.keyboard.type("Met een klok die voorloopt.")
    expect(page.get_by_label("Datum")).to_have_value("2031-05-06")
    reach(page, "Op dit apparaat bewaren", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 tekst wacht op dit apparaat.")).to_be_visible()
    back(page)
    opens(page, "/portfolio/eigen-apparaat/")
    expect(page.get_by_text("De klok van dit apparaat loopt niet goed: het zou 6 mei 2031 zijn.")).to_be_visible()
    look(page, "device-refused")
    page.get_by_label("Datum").fill("2024-03-04")
    page.get_by_role("button", name="Opnieuw versturen").click()
    expect(page.get_by_text("Er wacht niets.")).to_be_visible()
    in_portfolio(page, "Met een klok die voorloopt.")
