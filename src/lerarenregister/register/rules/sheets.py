"""The rows of an XLSX workbook. Run as a program it reads one from its standard input, within limits.

A workbook is a zip of XML, and may have been made to do harm: it is only ever read in a process of its own, that has no
key, no database, no environment and little memory, and is stopped when it takes long (`actions/sheets.py`). Nothing in
it runs: no formula is worked out, no macro and no address followed.

It writes lines of JSON: `{"refused": code}`, or `{"row", "cells", "wrong", "numbers"}` for each row that is not empty,
and `{"end": true}` when all was read. `wrong` are places with a formula or an error, `numbers`
places that hold a number.
"""

import io
import json
import os
import re
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

MOST_BYTES = 25_000_000
MOST_LINES = 100_000
MOST_UNPACKED = 600_000_000
MOST_STRINGS = 100_000_000
MOST_PART = 3_000_000
"""Of a part that is read as a whole: styles, names of sheets, relations."""
MOST_PARTS = 2_000
MOST_RATIO = 150
RATIO_FROM = 20_000_000
MOST_ROWS = 1_048_576
MOST_COLUMNS = 200
MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 180
_MOST_CELL = 1_001
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s/>]")
_ZEROS = re.compile(r"0{2,40}")
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([^"']{1,40})["']""")
_PLAIN = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_MACROS = (b"macroEnabled", b"vbaProject")


class Refused(Exception):
    """This workbook is not read; its word is the reason."""


def rows_in(source: bytes) -> Iterator[dict[str, Any]]:
    """The rows of the first visible sheet. Raises Refused: `sheet-bomb`, `sheet-macros`, `sheet-kind`, `sheet-merged`,
    `sheet-more`, `sheet-wide`, `sheet-none`, `sheet-unreadable`."""
    # The parser of the standard library, in C: what would make it swell is refused before it sees it (`_weigh`).
    os.environ["OPENPYXL_DEFUSEDXML"] = os.environ["OPENPYXL_LXML"] = "False"
    from openpyxl import load_workbook  # noqa: PLC0415  (a library of some size that the web processes do not need)

    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        _weigh(archive)
    workbook = load_workbook(io.BytesIO(source), read_only=True, keep_links=False)
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise Refused("sheet-none")
    for sheet in visible:
        sheet.reset_dimensions()  # what a workbook says of its size need not be so
    first, *others = visible
    if any(True for other in others for _ in _rows(other)):
        raise Refused("sheet-more")
    _no_merged(first)
    yield from _rows(first)


def _weigh(archive: zipfile.ZipFile) -> None:
    """What is in it, by what it says of itself: no part gives more than that."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or len(names) != len(parts):
        raise Refused("sheet-kind")
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise Refused("sheet-bomb")
    if unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO:
        raise Refused("sheet-bomb")
    for part in parts:
        if part.file_size > _most_of(part.filename):
            raise Refused("sheet-bomb")
    kinds = archive.read("[Content_Types].xml")
    if any(macro in kinds for macro in _MACROS) or any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise Refused("sheet-macros")
    for part in parts:
        if part.filename.casefold().endswith((".xml", ".rels", ".vml")):
            _no_document_type(archive, part.filename)
    if b"spreadsheetml.sheet.main+xml" not in kinds and b"spreadsheetml.template.main+xml" not in kinds:
        raise Refused("sheet-kind")


def _no_document_type(archive: zipfile.ZipFile, name: str) -> None:
    """A workbook has no document type: what has one wants entities, to swell or to read elsewhere. In UTF-8 alone can
    that be seen."""
    with archive.open(name) as source:
        before = source.read(1024)
        encoding = _ENCODING.search(before)
        if b"\0" in before[:8] or (encoding and encoding[1].lower() not in _PLAIN):
            raise Refused("sheet-unreadable")
        while before:
            chunk = source.read(1 << 20)
            if _DOCUMENT_TYPE.search(before + chunk):
                raise Refused("sheet-unreadable")
            before = chunk[-16:] if chunk else b""


def _most_of(name: str) -> int:
    lower = name.casefold()
    if lower.startswith("xl/worksheets/") and lower.endswith(".xml"):
        return MOST_UNPACKED
    if "sharedstrings" in lower:
        return MOST_STRINGS
    whole = lower.endswith((".xml", ".rels")) and not lower.startswith(("xl/drawings/", "xl/media/", "xl/pivot"))
    return MOST_PART if whole else MOST_UNPACKED


def _no_merged(sheet: Any) -> None:
    """Refuse merged cells: only the first of them has a value, and an empty cell means something here."""
    with sheet._get_source() as source:
        before = b""
        while chunk := source.read(1 << 20):
            if _MERGED.search(before + chunk):
                raise Refused("sheet-merged")
            before = chunk[-64:]


def _rows(sheet: Any) -> Iterator[dict[str, Any]]:
    """The rows with something in them."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > MOST_ROWS:
            raise Refused("too-many-lines")
        last = next((place for place in range(len(row), 0, -1) if row[place - 1].value not in {None, ""}), 0)
        if last > MOST_COLUMNS:
            raise Refused("sheet-wide")
        if last:
            yield _row(number, row[:last])


def _row(number: int, row: Sequence[Any]) -> dict[str, Any]:
    cells: list[str] = []
    wrong: dict[int, str] = {}
    numbers: list[int] = []
    for place, cell in enumerate(row):
        value = cell.value
        if value is None:
            cells.append("")
        elif cell.data_type == "s":
            cells.append(str(value)[:_MOST_CELL])
        elif cell.data_type in {"f", "e"}:
            wrong[place] = cell.data_type
            cells.append("")
        elif cell.data_type == "n":
            numbers.append(place)
            cells.append(_number(value, cell.number_format))
        else:
            cells.append(_plain(value))
    return {"row": number, "cells": cells, "wrong": wrong, "numbers": numbers}


def _number(value: float, shown_as: str) -> str:
    """The digits of a whole number, as many as its form shows; another number as it is."""
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 1e15:
            return repr(value)
        value = int(value)
    digits = str(value)[:_MOST_CELL]
    return digits.zfill(len(shown_as)) if _ZEROS.fullmatch(shown_as or "") else digits


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value)[:_MOST_CELL]


def main() -> None:
    """Read, within limits that can not be widened again."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    write = sys.stdout.write
    try:
        for row in rows_in(sys.stdin.buffer.read(MOST_BYTES + 1)):
            write(json.dumps(row, ensure_ascii=True) + "\n")
        write('{"end": true}\n')
    except Refused as refused:
        write(json.dumps({"refused": str(refused)}) + "\n")
    except Exception:  # whatever a stranger's bytes make of a library: it is not a workbook that can be read
        write('{"refused": "sheet-unreadable"}\n')


if __name__ == "__main__":
    main()
