"""Workbooks (XLSX): read by the same rules as text, and refused with what to do when they are not plain rows."""

import io
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.register import actions, queries
from lerarenregister.register.actions import sheets as reading_sheets
from lerarenregister.register.actions.sheets import FileReader
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.models import Appointment, Delivery, DeliveryLine, Employee
from lerarenregister.register.queries.wording import refusal_of
from lerarenregister.register.rules import sheets
from lerarenregister.register.rules.columns import COLUMNS, SEPARATOR
from lerarenregister.register.rules.table import Line
from tests.register.cast import AT, BOARD, LINE, csv_of, deliver
from tests.register.test_reader import valid_bsns
from tests.register.workbooks import with_part, workbook_of

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FOLDER = Path(reading_sheets.__file__).parents[2] / "web" / "register" / "static" / "register"


def read(source: bytes, size: int = 1 << 16) -> tuple[list[Line], FileReader]:
    reader, lines = FileReader(), []
    for start in range(0, len(source), size):
        lines += reader.feed(source[start : start + size])
    return [*lines, *reader.close()], reader


def refused(source: bytes) -> str:
    with pytest.raises(FileRefused) as refusal:
        read(source)
    assert refusal_of(refusal.value.reason) != "Het bestand is geweigerd."
    return refusal.value.reason


def cells(line: Line) -> dict[str, str]:
    return dict(zip(COLUMNS, line.values.split(SEPARATOR), strict=True))


def reasons(source: bytes) -> list[tuple[int, str, str]]:
    return [(line.number, line.column, line.reason) for line in read(source)[0]]


def test_a_workbook_gives_the_lines_that_the_same_text_gives() -> None:
    lines, reader = read(workbook_of({}, {"personeelsnummer": "007", "vak": "Nederlands"}), size=3)
    assert lines == read(csv_of({}, {"personeelsnummer": "007", "vak": "Nederlands"}))[0]
    assert (reader.count, reader.numbers_in, reader.unknown_columns) == (2, (), ())


def test_texts_that_stand_apart_from_their_cells_as_most_programs_write_them_are_read() -> None:
    """Also one of which a part is bold. A cell that names a text that is not there makes it no workbook."""
    words = [*COLUMNS, *(LINE.get(name, "") for name in COLUMNS)]
    texts = "".join(f"<si><r><t>{each[:2]}</t></r><r><rPr><b/></rPr><t>{each[2:]}</t></r></si>" for each in words)
    told = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{told}"/></Types>'.encode()
    letters = "ABCDEFGHIJKLMNO"

    def sheet(first: int) -> bytes:
        rows = [
            "".join(
                f'<c r="{letter}{row + 1}" t="s"><v>{first + 15 * row + place}</v></c>'
                for place, letter in enumerate(letters)
            )
            for row in range(2)
        ]
        written = "".join(f'<row r="{number}">{row}</row>' for number, row in enumerate(rows, start=1))
        return f'<worksheet xmlns="{_MAIN}"><sheetData>{written}</sheetData></worksheet>'.encode()

    source = with_part(workbook_of({}), "[Content_Types].xml", lambda old: old.replace(b"</Types>", part))
    source = with_part(source, "xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{texts}</sst>'.encode())
    assert read(with_part(source, SHEET, sheet(0)))[0] == read(csv_of({}))[0]
    assert refused(with_part(source, SHEET, sheet(90))) == "sheet-unreadable"


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_cells_with_dates_are_the_days_that_they_show_also_counted_from_1904(epoch: Any) -> None:
    def change(workbook: Workbook) -> None:
        if epoch is not None:
            workbook.epoch = epoch

    born = datetime.combine(date(1980, 3, 4), time())  # a cell has no zone
    source = workbook_of({"begin": date(2018, 8, 1), "geboortedatum": born}, change=change)
    if epoch is not None:
        assert load_workbook(io.BytesIO(source)).epoch == epoch
    (line,), _ = read(source)
    assert (cells(line)["begin"], cells(line)["geboortedatum"]) == ("2018-08-01", "1980-03-04")


def test_a_moment_in_a_date_is_no_date_and_a_bare_number_is_none_either() -> None:
    moment = datetime.combine(date(2018, 8, 1), time(9, 30))
    (first, second), _ = read(workbook_of({"begin": moment}, {"begin": 43313}))
    assert (cells(first)["begin"], cells(second)["begin"]) == ("2018-08-01 09:30:00", "43313")


def test_a_formula_and_an_error_refuse_their_line_by_name_and_nothing_is_worked_out() -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook.worksheets[0]
        sheet["C2"] = '=HYPERLINK("https://example.org/?" & A1)'
        sheet["J3"] = ArrayFormula("J3:J3", "=A1:A1")
        sheet["J4"] = "#N/A"

    lines = [{}, {}, {}, {"vak": "=1+1 is tekst"}]
    source = workbook_of(*lines, change=change)
    last = load_workbook(io.BytesIO(source))
    last.worksheets[0]["J5"].data_type = "s"
    written = io.BytesIO()
    last.save(written)
    assert reasons(written.getvalue()) == [
        (2, "achternaam", "formula"),
        (3, "vak", "formula"),
        (4, "vak", "cell-error"),
        (5, "", ""),
    ]


def test_numbers_of_staff_keep_the_zeros_that_are_shown_and_lost_ones_are_said() -> None:
    def change(workbook: Workbook) -> None:
        workbook.worksheets[0]["B2"].number_format = "00000"

    lines, reader = read(workbook_of({"personeelsnummer": 12}, {"personeelsnummer": 13.0}, change=change))
    assert [cells(line)["personeelsnummer"] for line in lines] == ["00012", "13"]
    assert reader.numbers_in == ("personeelsnummer",)
    assert cells(lines[0])["bestuursnummer"] == "41234"


def test_only_the_first_visible_sheet_is_read_and_a_second_one_with_something_in_it_refuses() -> None:
    def hidden(workbook: Workbook) -> None:
        workbook.create_sheet("weg", 0).append(["verborgen"])
        workbook.worksheets[0].sheet_state = "hidden"
        workbook.create_sheet("dieper").append(["verborgen"])
        workbook.worksheets[2].sheet_state = "veryHidden"
        workbook.create_sheet("leeg")
        workbook.active = 1

    assert len(read(workbook_of({}, change=hidden))[0]) == 1
    assert refused(workbook_of({}, change=lambda book: book.create_sheet("twee").append(["x"]))) == "sheet-more"


def test_merged_cells_refuse_the_file_for_an_empty_cell_means_something() -> None:
    assert refused(workbook_of({}, {}, change=lambda book: book.worksheets[0].merge_cells("J2:J3"))) == "sheet-merged"


def test_empty_rows_are_no_lines_and_a_header_that_comes_back_is_a_refused_one() -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook.worksheets[0]
        sheet.insert_rows(1)
        sheet["A9"] = "  "
        for row in range(20, 400):
            sheet.cell(row=row, column=1).number_format = "0"

    source = workbook_of({}, dict(zip(COLUMNS, COLUMNS, strict=True)), change=change)
    assert [line.number for line in read(source)[0]] == [3, 4]
    only_header = workbook_of({}, columns=COLUMNS, change=lambda book: book.worksheets[0].delete_rows(2))
    assert refused(only_header) == "empty"
    assert refused(workbook_of({}, change=lambda book: book.worksheets[0].insert_rows(1, 30))) == "empty"


def test_a_row_that_is_wider_than_the_header_is_refused_and_a_narrow_one_is_filled() -> None:
    def change(workbook: Workbook) -> None:
        workbook.worksheets[0]["R2"] = "los"

    assert reasons(workbook_of({}, {}, change=change)) == [(2, "", "cell-count"), (3, "", "")]
    wide = workbook_of({}, change=lambda book: book.worksheets[0].cell(row=2, column=400, value="x"))
    assert refused(wide) == "sheet-wide"


def test_a_citizen_service_number_refuses_a_workbook_as_it_does_text() -> None:
    numbers = valid_bsns(25)
    assert refused(workbook_of(*({"vak": int(each)} for each in numbers))) == "bsn-values"
    assert refused(workbook_of({}, columns=(*COLUMNS, "BSN"))) == "bsn-column"
    assert reasons(workbook_of({"vak": numbers[0]})) == [(2, "vak", "looks-like-bsn")]


def test_what_is_no_plain_workbook_is_refused_with_what_to_do() -> None:
    good = workbook_of({})
    kinds = "[Content_Types].xml"
    macros = with_part(good, kinds, lambda old: old.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"))
    assert refused(macros) == "sheet-macros"
    assert refused(with_part(good, "xl/vbaProject.bin", b"x")) == "sheet-macros"
    assert (
        refused(with_part(good, kinds, lambda old: old.replace(b"spreadsheetml", b"wordprocessingml"))) == "sheet-kind"
    )
    assert refused(b"\xd0\xcf\x11\xe0" + b"x" * 600) == "spreadsheet"
    assert refused(good[: len(good) // 2]) == "sheet-unreadable"
    assert refused(b"PK\x03\x04" + b"nothing") == "sheet-unreadable"
    assert refused(with_part(good, SHEET, b"<worksheet><sheetData><row>")) == "sheet-unreadable"

    def hide(workbook: Workbook) -> None:
        workbook.create_sheet("tweede")
        workbook.worksheets[0].sheet_state = "hidden"

    assert refused(with_part(workbook_of({}, change=hide), "xl/workbook.xml", _all_hidden)) == "sheet-none"


def _all_hidden(old: bytes) -> bytes:
    return old.replace(b'state="visible"', b'state="hidden"')


LAUGHS = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("part", "content", "reason"),
    [
        (SHEET, lambda old: old.replace(b"<worksheet", LAUGHS + b"<worksheet", 1), "sheet-unreadable"),
        (SHEET, lambda old: b"<?xml version='1.0' encoding='utf-16'?>" + old, "sheet-unreadable"),
        (SHEET, lambda old: old.decode().encode("utf-16"), "sheet-unreadable"),
        (SHEET, lambda old: old.replace(b"</sheetData>", b"<x/>" * 60_000_000 + b"</sheetData>"), "sheet-bomb"),
        ("xl/styles.xml", lambda old: old + b" " * 4_000_000, "sheet-bomb"),
        (SHEET, lambda old: old.replace(b'r="2"', b'r="99999999"'), "too-many-lines"),
    ],
)
def test_a_bomb_is_refused_before_it_goes_off(part: str, content: Any, reason: str) -> None:
    assert refused(with_part(workbook_of({}), part, content)) == reason


def test_what_swells_within_the_size_meets_the_limit_of_memory_and_harms_nobody() -> None:
    """Many small things that are not cells: the file is small, what a parser makes of it is not."""
    names = b"".join(b"<x%d/>" % (number * 2654435761 % 10**9) for number in range(4_000_000))
    source = with_part(workbook_of({}), SHEET, lambda old: old.replace(b"<sheetData>", names + b"<sheetData>"))
    assert refused(source) in {"sheet-unreadable", "sheet-bomb"}


def test_a_process_that_is_killed_is_no_end_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    halfway = 'import sys; sys.stdin.buffer.read(); print(\'{"row": 1, "cells": ["x"], "wrong": {}, "numbers": []}\')'
    monkeypatch.setattr(reading_sheets, "_COMMAND", (sys.executable, "-c", halfway))
    with pytest.raises(FileRefused) as refusal:
        list(reading_sheets._rows_of(workbook_of({})))
    assert refusal.value.reason == "sheet-unreadable"


def test_a_workbook_larger_than_its_limit_is_refused_while_it_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_sheets, "MOST_BYTES", 2_000)
    assert refused(workbook_of({})) == "sheet-large"


def test_more_lines_than_a_workbook_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_sheets, "MOST_LINES", 3)
    assert refused(workbook_of({}, {}, {}, {})) == "too-many-lines"


def test_the_process_needs_little_memory_for_many_lines() -> None:
    """What it used at most stands with the kernel (VmHWM, in kB)."""
    lines = [{"personeelsnummer": f"p{number}", "achternaam": f"Naam {number}"} for number in range(5_000)]
    told = "print(open('/proc/self/status').read(), file=sys.stderr)"
    asked = f"import runpy, sys\nrunpy.run_path({sheets.__file__!r}, run_name='__main__')\n{told}"
    command = [sys.executable, "-I", "-c", asked]
    done = subprocess.run(command, input=workbook_of(*lines), capture_output=True, check=True)
    assert done.stdout.count(b"\n") == 5_002
    most = next(line for line in done.stderr.decode().splitlines() if line.startswith("VmHWM"))
    assert int(most.split()[1]) < 120_000


def test_the_empty_files_have_the_columns_and_every_one_of_them_is_text() -> None:
    sheet = load_workbook(FOLDER / "aanlevering-leeg.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert {sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]} == {"@"}
    assert (FOLDER / "aanlevering-leeg.csv").read_text(encoding="utf-8-sig").strip().split(";") == list(COLUMNS)


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
def test_a_workbook_is_delivered_through_the_same_door_and_lines_that_it_refuses_are_told() -> None:
    source = workbook_of(
        {"begin": date(2018, 8, 1), "personeelsnummer": 12}, {"personeelsnummer": "p2", "einde": "=A1"}
    )
    report = deliver(source)
    assert report.lines == [(2, "accepted", ""), (3, "refused", "einde")]
    assert Employee.objects.get().staff_number == "12"
    assert Appointment.objects.get().begin == date(2018, 8, 1)
    shown = queries.delivery_shown(report.id, viewer=COMMAND)
    assert shown.numbers_in == ("personeelsnummer",)


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
def test_a_refused_workbook_leaves_no_line_behind() -> None:
    with pytest.raises(FileRefused):
        actions.receive(board=BOARD, chunks=[workbook_of(LINE, columns=(*COLUMNS, "bsn"))], viewer=COMMAND, at=AT)
    assert DeliveryLine.objects.count() == 0
    assert Delivery.objects.get().refusal == "bsn-column"
