"""Everything that the journeys do, once more with the keyboard alone: no mouse, no field filled in from outside."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo.synthetic import COLUMNS, boards
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Running, code_of, opened, sign_in
from tests.journeys.keyboard import press, reach, rewrite, sign_in_as_staff_by_keyboard, sign_in_by_keyboard, told
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]
BOARD = boards(60)[0]


@pytest.fixture
def page(browser: Browser, demo: Running) -> Iterator[Page]:
    """One width: the keyboard is the same on both, and `look` narrows the page by itself."""
    with opened(browser, demo, 420, 900) as page:
        yield page


@pytest.fixture
def chosen(page: Page) -> Callable[[str, Path], None]:
    """Choose a file: the control is reached and opened with keys; the window of the operating system is not ours."""

    page.on("filechooser", lambda _: None)  # the browser asks us from the start on, not only once we wait for it

    def choose(name: str, path: Path) -> None:
        reach(page, name, "file")
        with page.expect_file_chooser() as asking:
            page.keyboard.press("Enter")
        asking.value.set_files(path)

    return choose


def delivery(folder: Path) -> Path:
    """Sixty good lines, so that there are two pages, and one with an impossible date."""
    here = BOARD.locations[0][0]
    lines = [
        f"{BOARD.number};K{number:03};Toets{number};;T.;1990-01-01;{here[:4]};{here[4:]};B01;;;{begin};;;"
        for number, begin in enumerate(["01-08-2020"] * 60 + ["31-02-2020"])
    ]
    path = folder / "aanlevering.csv"
    path.write_text("\r\n".join([COLUMNS, *lines]), encoding="cp1252")
    return path


def test_the_skip_link_the_help_and_the_language(page: Page, look: Look) -> None:
    page.goto("/")
    press(page, "Naar de inhoud", "link")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)
    for name, heading in (
        ("Hulp", "Hulp"),
        ("Privacy", "Privacy"),
        ("Cookies", "Cookies"),
        ("Verwerkingen", "Verwerkingen"),
        ("Toegankelijkheid", "Toegankelijkheid"),
        ("Cijfers", "Cijfers"),
        ("Over dit register", "Over dit register"),
    ):
        press(page, name, "link")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    reach(page, "Broncode", "link", key="Shift+Tab")
    press(page, "English", "button")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    press(page, "Nederlands", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Over dit register")


def test_a_board_delivers_reads_the_report_and_prints_letters(
    page: Page, look: Look, tmp_path: Path, chosen: Callable[[str, Path], None]
) -> None:
    sign_in_as_staff_by_keyboard(page, "Lotte van Dijk")
    press(page, f"Bestuur {BOARD.number}", "link")
    press(page, "Bestand aanleveren", "link")
    press(page, "Controleren", "button")
    told(page, "Kies een bestand.")
    look(page, "keyboard-upload-nothing")
    press(page, "Kies een bestand.", "link")
    expect(page.locator("input[type=file]")).to_be_focused()
    chosen("CSV-bestand", delivery(tmp_path))
    press(page, "Controleren", "button")
    expect(page.get_by_text("Gecontroleerd, nog niet geleverd")).to_be_visible(timeout=20_000)
    told(page, "Er is nog niets geleverd")
    press(page, "Volgende", "link")
    press(page, "Geweigerd: 1", "link")
    expect(page.get_by_text("Dit is geen datum die bestaat.")).to_be_visible()
    press(page, "Aanleveren", "button")
    expect(page.get_by_text("Geleverd", exact=True)).to_be_visible(timeout=20_000)
    told(page, "Je bestand is geleverd.")
    look(page, "keyboard-delivered")
    reach(page, "Terugmelding als CSV", "link")
    with page.expect_download() as report:
        page.keyboard.press("Enter")
    assert "31-02-2020" not in report.value.path().read_text(encoding="utf-8-sig")
    assert "K060" in report.value.path().read_text(encoding="utf-8-sig")

    press(page, BOARD.name, "link")
    press(page, "Volgende", "link")
    reach(page, "Brief voor", "checkbox")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    reach(page, "Brieven maken (PDF)", "button")
    with page.expect_download() as letters:
        page.keyboard.press("Enter")
    assert letters.value.path().read_bytes().startswith(b"%PDF")


def test_a_manager_invites_withdraws_and_ends_a_role(browser: Browser, demo: Running, page: Page, look: Look) -> None:
    sign_in_as_staff_by_keyboard(page, "Bram")
    press(page, "Medewerkers", "link")
    press(page, "Uitnodiging maken", "button")
    told(page, "Dit klopt nog niet")
    rewrite(page, "Voor wie is de uitnodiging?", "Piet die niet komt")
    press(page, "Uitnodiging maken", "button")
    told(page, "De uitnodiging is gemaakt")
    look(page, "keyboard-invited")
    press(page, "Intrekken (Piet die niet komt", "button")
    told(page, "De uitnodiging is ingetrokken.")
    rewrite(page, "Voor wie is de uitnodiging?", "Koos de collega")
    reach(page, "Rol", "combobox")
    page.keyboard.press("ArrowDown")
    press(page, "Uitnodiging maken", "button")
    code = page.get_by_role("status").locator("code").inner_text()

    with opened(browser, demo, 420, 900) as colleague:
        sign_in_by_keyboard(colleague, ordinary(demo, 31)["name"], provider="Demo-schoolaccount")
        colleague.goto("/uitnodiging/")
        press(colleague, "Code van de uitnodiging", "textbox", then="fout")
        told(colleague, "Deze code is niet goed overgenomen.")
        rewrite(colleague, "Code van de uitnodiging", code)
        press(colleague, "Rol aannemen", "button")
        expect(colleague.get_by_role("link", name="Medewerkers")).to_be_visible()

    press(page, "Medewerkers", "link")
    press(page, "Beëindigen (Koos de collega, Beheerder)", "button")
    told(page, "De rol is beëindigd.")
    expect(page.get_by_text("Koos de collega")).to_have_count(0)
    look(page, "keyboard-role-ended")


def test_support_refuses_one_and_accepts_another(browser: Browser, demo: Running, page: Page, look: Look) -> None:
    for number, other in ((32, 33), (33, 32)):  # each fills in the code of the other: the names differ
        with opened(browser, demo, 420, 900) as asking:
            sign_in(asking, ordinary(demo, number)["name"])
            asking.goto("/activeren/")
            press(asking, "Activatiecode", "textbox", then=code_of(asking, demo, ordinary(demo, other)["id"]))
            expect(asking.get_by_text("Een medewerker van het register kijkt ernaar.")).to_be_visible()
    sign_in_as_staff_by_keyboard(page, "Joke")
    press(page, "Beoordelingen", "link")
    waiting = page.get_by_role("button", name="Besluiten")
    before = waiting.count()
    press(page, "Besluiten", "button")
    told(page, "Kies een besluit.")
    look(page, "keyboard-review-empty")
    for number, (family, key) in enumerate(((33, "ArrowDown"), (32, "Space")), start=1):
        name = ordinary(demo, family)["family_name"]
        card = page.locator("section").filter(has_text=re.compile(rf"Aangeleverd.*{re.escape(name)}", re.DOTALL)).first
        assert card.count()
        reach(page, "Zelfde persoon: koppelen", "radio")
        for _ in range(before):
            if card.evaluate("each => each.contains(document.activeElement)"):
                break
            reach(page, "Zelfde persoon: koppelen", "radio")
        page.keyboard.press(key)
        reach(page, "Reden", "textbox")
        page.keyboard.type("Gezien")
        press(page, "Besluiten", "button")
        told(page, "Je besluit is bewaard.")
        expect(waiting).to_have_count(before - number)


def test_an_auditor_reads_the_log(page: Page) -> None:
    sign_in_by_keyboard(page, "Kees", provider="Demo-schoolaccount")
    press(page, "Logboek", "link")
    expect(page.get_by_text("register.example.org/log").first).to_be_visible()
    reach(page, "Hulp", "link")


def test_she_says_what_is_wrong_and_sees_who_looked(page: Page, demo: Running) -> None:
    person = ordinary(demo, 34)
    sign_in_by_keyboard(page, person["name"])
    press(page, "Vul je code in", "link")
    press(page, "Verder", "button")
    told(page, "Vul de code in.")
    press(page, "Activatiecode", "textbox", then=code_of(page, demo, person["id"]))
    told(page, "Je code klopt.")
    press(page, "Klopt niet", "link")
    press(page, "Versturen", "button")
    told(page, "Schrijf op wat er niet klopt.")
    press(page, "Schrijf op wat er niet klopt.", "link")
    page.keyboard.type("Ik begon een jaar eerder.")
    press(page, "Versturen", "button")
    told(page, "Je bestuur heeft je vraag gekregen.")
    press(page, "Klopt", "button")
    told(page, "Je hebt het bevestigd.")
    press(page, "Wie keek", "link")
    expect(page.get_by_text("er is een brief voor je gemaakt").first).to_be_visible()


def test_she_ends_one_session_and_then_all(browser: Browser, demo: Running, page: Page, look: Look) -> None:
    name = ordinary(demo, 35)["name"]
    with opened(browser, demo, 420, 900) as elsewhere:
        sign_in(elsewhere, name)
        sign_in_by_keyboard(page, name)
        press(page, "Mijn sessies", "link")
        press(page, "Deze sessie beëindigen", "button")
        told(page, "De sessie is beëindigd.")
        look(page, "keyboard-session-ended")
        elsewhere.goto("/sessies/")
        expect(elsewhere).to_have_url(re.compile("/inloggen/"))
    press(page, "Overal uitloggen", "button")
    page.goto("/sessies/")
    expect(page).to_have_url(re.compile("/inloggen/"))


def test_she_changes_deletes_undoes_and_brings_in_a_zip(
    page: Page, demo: Running, look: Look, tmp_path: Path, chosen: Callable[[str, Path], None]
) -> None:
    sign_in_by_keyboard(page, ordinary(demo, 36)["name"])
    press(page, "Opslaan", "button")
    expect(page.get_by_text("Er is nog niets om op te slaan.")).to_be_visible()
    reach(page, "Wat wil je vastleggen?", "textbox")
    page.keyboard.type("Een les over breuken.")
    press(page, "Opslaan", "button")
    told(page, "Opgeslagen")
    press(page, "Datum, soort of tekst aanpassen", "link")
    rewrite(page, "Wat wil je vastleggen?", " ")
    press(page, "Opslaan", "button")
    told(page, "Een lege tekst kunnen we niet opslaan.")
    rewrite(page, "Wat wil je vastleggen?", "Een les over breuken, met chocolade.")
    reach(page, "Soort", "combobox")
    page.keyboard.press("ArrowDown")
    reach(page, "Wat wil je vastleggen?", "textbox", key="Shift+Tab")
    press(page, "Opslaan", "button")
    told(page, "Opgeslagen")
    press(page, "Ongedaan maken", "button")
    told(page, "De eerdere versie staat er weer.")
    press(page, "Eerdere versies", "link")
    press(page, "Deze versie terugzetten", "button")
    told(page, "De eerdere versie staat er weer.")
    entry = page.url.split("?")[0]

    press(page, "Mijn portfolio", "link")
    press(page, "Alles meenemen", "link")
    reach(page, "Zip downloaden", "link")
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    home = tmp_path / "mee.zip"
    downloading.value.save_as(home)

    page.goto(entry)
    press(page, "Verwijderen", "button")
    told(page, "Naar de prullenbak verplaatst")
    press(page, "Ongedaan maken", "button")
    told(page, "Teruggezet uit de prullenbak.")
    press(page, "Verwijderen", "button")
    press(page, "Prullenbak", "link")
    press(page, "Terugzetten: Een les", "button")
    told(page, "Teruggezet uit de prullenbak.")

    press(page, "Naar je hele portfolio", "link")
    press(page, "Zip terugzetten", "link")
    press(page, "Deze zip terugzetten", "button")
    told(page, "Niets toegevoegd")
    look(page, "keyboard-bring-in-nothing")
    chosen("Zipbestand", home)
    press(page, "Deze zip terugzetten", "button")
    told(page, "Klaar")
