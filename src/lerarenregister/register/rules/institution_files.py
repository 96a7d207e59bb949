"""Reading files of institutions: DUO's layout of po locations, and our own (docs/reference/institutions-csv.md)."""

import csv
import enum
from collections.abc import Iterator
from dataclasses import dataclass

from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import BoardNumber, Brin, LocationCode
from lerarenregister.register.errors import FileRefused

SECTORS = ("po", "so", "vo", "mbo")
_OURS = ("bestuursnummer", "bestuursnaam", "brin", "volgnummer", "naam", "plaats", "sector")
_DUO = ("BEVOEGD GEZAG NUMMER", "BRIN NUMMER", "VESTIGINGSNUMMER", "VESTIGINGSNAAM", "PLAATSNAAM")
MOST_BYTES = 50_000_000


class Layout(enum.StrEnum):
    """Which layout a file has."""

    DUO_PO = "duo-po"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Row:
    """A location and its board. `board_name` is "" when the file does not say; `code` is "" in a row about a board
    alone."""

    board: str
    board_name: str
    brin: str
    code: str
    name: str
    place: str
    sector: str


def read(data: bytes, layout: Layout | None = None) -> Iterator[Row]:
    """The rows of a file; the layout is recognised by its header when it is not given.

    Only codes, name and place are read: no telephone, no address. Raises FileRefused with the line that is wrong.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused("too-large")
    if b"\0" in data:
        raise FileRefused("nul")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    lines = csv.reader(text.splitlines(), delimiter=";")
    header = [cell.strip() for cell in next(lines, [])]
    layout = layout or (Layout.DUO_PO if "BEVOEGD GEZAG NUMMER" in header else Layout.OWN)
    needed = _DUO if layout is Layout.DUO_PO else _OURS
    missing = [name for name in needed if header.count(name) != 1]
    if missing:
        raise FileRefused("columns-missing", missing)
    places = [header.index(name) for name in needed]
    for number, cells in enumerate(lines, start=2):
        if not any(cells):
            continue
        try:
            picked = [cells[place].strip() for place in places]
            yield _duo(*picked) if layout is Layout.DUO_PO else _ours(*picked)
        except (Invalid, IndexError) as error:
            raise FileRefused("line-wrong", [f"regel {number}"]) from error


def _duo(board: str, brin: str, code: str, name: str, place: str) -> Row:
    location = LocationCode.parse(code)
    if location.brin != Brin.parse(brin):
        raise Invalid("the location belongs to another institution")
    return Row(str(BoardNumber.parse(board)), "", str(location.brin), str(location), name[:200], place[:100], "po")


def _ours(board: str, board_name: str, brin: str, number: str, name: str, place: str, sector: str) -> Row:  # noqa: PLR0917  (the columns)
    known = str(BoardNumber.parse(board))
    if not brin:
        return Row(known, board_name[:200], "", "", "", "", "")
    institution = Brin.parse(brin)
    if sector not in SECTORS:
        raise Invalid("unknown sector")
    code = LocationCode.parse(f"{institution}{number.zfill(2)}")
    return Row(known, board_name[:200], str(institution), str(code), name[:200], place[:100], sector)
