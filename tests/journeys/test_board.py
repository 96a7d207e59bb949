"""A school board: deliver a file, read the feedback, print letters. And a stranger, who may not."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from demo.synthetic import COLUMNS, boards
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in, sign_in_as_staff

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]
BOARD = boards(60)[0]


def delivery(folder: Path, number: int) -> Path:
    """A file with one good line, one of another board's school, and one with an impossible date."""
    here, elsewhere = BOARD.locations[0][0], boards(60)[1].locations[0][0]
    lines = [
        f"{BOARD.number};N{number}1;Nieuw;;N.;1990-01-01;{here[:4]};{here[4:]};B01;;;01-08-2020;;;",
        f"{BOARD.number};N{number}2;Elders;;E.;1990-01-01;{elsewhere[:4]};{elsewhere[4:]};B01;;;01-08-2020;;;",
        f"{BOARD.number};N{number}3;Datum;;D.;1990-01-01;{here[:4]};{here[4:]};B01;;;31-02-2020;;;",
    ]
    path = folder / "aanlevering.csv"
    path.write_text("\r\n".join([COLUMNS, *lines]), encoding="cp1252")
    return path


def test_a_board_delivers_and_prints_letters(page: Page, look: Look, tmp_path: Path) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    sign_in_as_staff(page, "Bram")
    page.goto(f"/bestuur/{BOARD.number}/")
    look(page, "board")
    page.goto(f"/bestuur/{BOARD.number}/aanleveren/")
    look(page, "deliver")
    page.locator("input[type=file]").set_input_files(delivery(tmp_path, 1 if wide else 2))
    page.get_by_role("button", name="Controleren").click()
    expect(page.get_by_role("button", name=re.compile("^Aanleveren"))).to_be_visible(timeout=20_000)
    look(page, "delivery-checked")
    page.get_by_role("button", name=re.compile("^Aanleveren")).click()
    expect(page.get_by_text("Geleverd", exact=True)).to_be_visible(timeout=20_000)
    look(page, "delivery-delivered")
    page.get_by_role("link", name="Geweigerde regels verbeteren").click()
    line = page.get_by_role("group", name=re.compile("^Regel 4"))
    expect(line.get_by_label("begin")).to_have_value("31-02-2020")
    look(page, "mend")
    line.get_by_label("begin").fill("29-02-2020")
    page.get_by_role("button", name="Opslaan en opnieuw lezen").click()
    expect(page.get_by_text("1 regel is opgeslagen.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Aanlevering van")).click()
    page.get_by_role("button", name=re.compile("^Aanleveren")).click(timeout=20_000)
    expect(page.get_by_text("Nieuw: 2")).to_be_visible(timeout=20_000)
    page.goto(f"/bestuur/{BOARD.number}/medewerkers/")
    look(page, "staff")


def test_a_stranger_sees_the_same_page_for_a_board_as_for_nothing(page: Page) -> None:
    sign_in(page, "Hanna")
    page.goto(f"/bestuur/{BOARD.number}/")
    refused = page.get_by_role("main").inner_text()
    page.goto("/bestuur/99999/")
    assert page.get_by_role("main").inner_text() == refused


def test_support_sees_whose_name_differs(page: Page, look: Look) -> None:
    sign_in_as_staff(page, "Joke")
    page.goto("/ondersteuning/beoordelingen/")
    expect(page.get_by_text("Smits").first).to_be_visible()
    look(page, "reviews")
