"""Photos and files in a real browser: in the box, on the page of an entry, refused with the text back, and without
JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import samples
from tests.journeys.conftest import Running, sign_in
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


@pytest.fixture
def chosen(tmp_path: Path) -> dict[str, Path]:
    """Files on her machine."""
    made = {
        "photo": ("Bord na de les.jpg", samples.jpeg((1_200, 900))),
        "pdf": ("Verslag van de studiedag.pdf", samples.PDF),
        "sound": ("Gesprek.mp3", b"ID3" + bytes(20_000)),
        "broken": ("Kapotte foto.jpg", samples.jpeg((640, 480))[:-900]),
    }
    for key, (name, content) in made.items():
        (tmp_path / key).mkdir()
        (tmp_path / key / name).write_bytes(content)
    return {key: tmp_path / key / name for key, (name, _) in made.items()}


def image_shown(page: Page) -> None:
    image = page.get_by_role("img", name="Bord na de les.jpg")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480


def test_she_keeps_a_photo_and_a_file_and_adds_one_later(
    page: Page, demo: Running, look: Look, chosen: dict[str, Path], tmp_path: Path
) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    sign_in(page, ordinary(demo, 71 if wide else 72)["name"])
    page.get_by_role("textbox", name="Wat wil je vastleggen?").fill("Het bord na de les over breuken.")
    page.get_by_label("Foto of bestand erbij").set_input_files([chosen["photo"], chosen["pdf"]])
    look(page, "files-box")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen").first).to_be_visible()
    page.get_by_role("link", name="Het bord na de les over breuken.").click()
    image_shown(page)
    page.get_by_label("Kies een of meer bestanden").set_input_files(chosen["sound"])
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_role("link", name="Gesprek.mp3")).to_be_visible()
    look(page, "files-entry")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Verslag van de studiedag.pdf").click()
    downloading.value.save_as(tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == samples.PDF
    page.get_by_role("link", name="Aanpassen").click()
    page.get_by_label("Haal “Verslag van de studiedag.pdf” weg").check()
    look(page, "files-edit")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("link", name="Gesprek.mp3")).to_be_visible()
    expect(page.get_by_role("link", name="Verslag van de studiedag.pdf")).to_have_count(0)


def test_a_photo_that_does_not_open_brings_her_text_back(
    page: Page, demo: Running, look: Look, chosen: dict[str, Path]
) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    sign_in(page, ordinary(demo, 73 if wide else 74)["name"])
    page.get_by_role("textbox", name="Wat wil je vastleggen?").fill("Mijn tekst blijft.")
    page.get_by_label("Foto of bestand erbij").set_input_files([chosen["broken"], chosen["pdf"]])
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("niet te openen").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Wat wil je vastleggen?")).to_have_value("Mijn tekst blijft.")
    look(page, "files-refused")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("link", name="Mijn tekst blijft.").click()
    expect(page.get_by_role("link", name="Verslag van de studiedag.pdf")).to_be_visible()


def test_a_file_that_is_too_large_is_said_before_it_is_sent(page: Page, demo: Running, chosen: dict[str, Path]) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    sign_in(page, ordinary(demo, 76 if wide else 77)["name"])
    field = page.get_by_label("Foto of bestand erbij")
    field.evaluate("field => { field.dataset.most = '0.00001'; }")
    field.set_input_files(chosen["photo"])
    expect(page.get_by_text("Een bestand mag 200 MB zijn. Te groot: Bord na de les.jpg")).to_be_visible()
    field.set_input_files([])
    expect(page.get_by_text("Te groot:")).to_have_count(0)


def test_it_works_without_javascript(browser: Browser, demo: Running, chosen: dict[str, Path]) -> None:
    context = browser.new_context(base_url=demo.address, java_script_enabled=False, locale="nl-NL")
    page = context.new_page()
    sign_in(page, ordinary(demo, 75)["name"])
    page.get_by_label("Foto of bestand erbij").set_input_files(chosen["photo"])
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("link", name=re.compile("Bord na de les")).click()
    expect(page.get_by_role("img", name="Bord na de les.jpg")).to_be_visible()
    context.close()
