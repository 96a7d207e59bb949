"""A teacher: from the letter on her mat to a zip on her own machine. At desktop and phone width."""

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running, code_of, sign_in
from tests.journeys.keyboard import press, reach

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]
TEXT = "Met Noor een les over breuken voorbereid.\nWe deelden chocoladerepen. Dat werkte."


def ordinary(demo: Running, number: int) -> dict[str, str]:
    """Somebody outside the cast, with the name that her login button shows; of one journey, at one width, alone: what
    one leaves behind may not stand in another's pages."""
    _taken(demo, number, os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0])
    people = json.loads((demo.var / "demo" / "people.json").read_text())
    person = next(each for each in people if each["id"] == f"p{number:06}")
    name = " ".join(part for part in (person["given_name"], person["prefix"], person["family_name"]) if part)
    return {**person, "name": name}


def _taken(demo: Running, number: int, journey: str) -> None:
    """Note whose this person is, for all processes of this run; which of them run which journeys differs each time."""
    folder = demo.var.parents["PYTEST_XDIST_WORKER" in os.environ] / "taken"
    folder.mkdir(exist_ok=True)
    try:
        (folder / str(number)).open("x").write(journey)
    except FileExistsError:
        other = (folder / str(number)).read_text()
        assert other == journey, f"{number} is of {other}: take somebody else"


def test_she_checks_confirms_writes_and_takes_everything_home(
    page: Page, demo: Running, look: Look, tmp_path: Path
) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    person = ordinary(demo, 52 if wide else 16)
    page.goto("/")
    look(page, "welcome")
    page.get_by_role("link", name="Inloggen").first.click()
    look(page, "sign-in")
    sign_in(page, person["name"])
    look(page, "first-page-empty")
    page.get_by_role("link", name="Vul je code in").click()
    look(page, "code")
    page.get_by_label("Code").fill(code_of(page, demo, person["id"]).lower())
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn registratie")
    look(page, "registration-waiting")
    page.get_by_role("button", name=re.compile("^Klopt")).first.click()
    expect(page.get_by_text("Bevestigd").first).to_be_visible()
    look(page, "registration-confirmed")

    page.goto("/")
    page.get_by_role("textbox").first.fill(TEXT)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen").first).to_be_visible()
    look(page, "first-page-saved")
    page.get_by_role("link", name="Mijn portfolio").click()
    expect(page.get_by_text("breuken").first).to_be_visible()
    look(page, "timeline")

    page.goto("/portfolio/meenemen/")
    look(page, "take-out")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Zip downloaden").click()
    saved = tmp_path / "mee.zip"
    downloading.value.save_as(saved)
    with zipfile.ZipFile(saved) as parcel:
        assert {"portfolio.json", "index.html", "README.txt", "SHA256SUMS"} <= {
            Path(name).name for name in parcel.namelist()
        }
        name = next(each for each in parcel.namelist() if each.endswith("portfolio.json"))
        assert "chocoladerepen" in parcel.read(name).decode()
    page.goto("/wie-keek/")
    expect(page.get_by_text("er is een brief voor je gemaakt").first).to_be_visible()
    look(page, "who-looked")
    page.goto("/sessies/")
    look(page, "sessions")
    page.get_by_role("button", name="Uitloggen").first.click()
    page.goto("/portfolio/")
    expect(page).to_have_url(re.compile("/inloggen/"))


def test_she_says_what_is_wrong(page: Page, demo: Running, look: Look) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    person = ordinary(demo, 17 if wide else 18)
    sign_in(page, person["name"])
    page.goto(f"/activeren/{code_of(page, demo, person['id'])}/")
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_role("link", name=re.compile("^Klopt niet")).first.click()
    look(page, "dispute")
    page.get_by_role("textbox").first.fill("Ik begon een jaar eerder.")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text("Ik begon een jaar eerder.")).to_be_visible()
    look(page, "registration-disputed")


def test_with_the_keyboard_alone(page: Page, demo: Running) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    person = ordinary(demo, 19 if wide else 20)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, "Inloggen", "link")
    press(page, "Inloggen met Demo-eID", "button")
    press(page, "Zoek iemand op naam", "searchbox", then=person["name"])
    press(page, f"Inloggen als {person['name']}", "button")
    page.wait_for_url(re.compile(rf"{demo.address}/"))
    press(page, "Vul je code in", "link")
    press(page, "Activatiecode", "textbox", then=code_of(page, demo, person["id"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn registratie")
    press(page, "Klopt", "button")
    expect(page.get_by_text("Bevestigd").first).to_be_visible()
    page.goto("/")
    reach(page, "Wat wil je vastleggen?", "textbox")
    page.keyboard.type("Gelezen: een artikel over feedback.")
    press(page, "Opslaan", "button")
    expect(page.get_by_text("Opgeslagen").first).to_be_visible()


def test_in_english(page: Page, demo: Running, look: Look) -> None:
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Van, voor en door de leraar")
    assert page.locator("html").get_attribute("lang") == "en"
    look(page, "welcome-english")


@pytest.mark.parametrize(
    "path",
    [
        "/hulp/",
        "/privacy/",
        "/cookies/",
        "/verwerkingen/",
        "/verwerkingen/activeren/1/",
        "/toegankelijkheid/",
        "/over/",
        "/cijfers/",
        "/er-is-niets/",
    ],
)
def test_the_public_pages_are_accessible(page: Page, look: Look, path: str) -> None:
    page.goto(path)
    look(page, f"public{path.replace('/', '-')}")


def test_an_employers_account_opens_no_portfolio_and_says_why(page: Page, look: Look) -> None:
    sign_in(page, "Hanna", provider="Demo-schoolaccount")
    look(page, "employer-first-page")
    page.goto("/portfolio/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log hiervoor in met een inlogmiddel van jezelf")
    look(page, "employer-portfolio")
