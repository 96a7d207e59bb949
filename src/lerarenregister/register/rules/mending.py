"""Mending a refused line: the cells that were typed, as strictly read as those of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lerarenregister.register.rules.columns import COLUMNS, SEPARATOR, Column
from lerarenregister.register.rules.reasons import Reason
from lerarenregister.register.rules.screening import Screening
from lerarenregister.register.rules.table import wrong_cell


@dataclass(frozen=True, slots=True)
class Mended:
    """A line as it is now: its staged values, and the staff number by which it is taken."""

    values: str
    person: str


@dataclass(frozen=True, slots=True)
class Unmended:
    """Why what was typed can not be kept, and in which column."""

    column: str
    reason: Reason


def mended(typed: Mapping[str, str], before: Sequence[str]) -> Mended | Unmended:
    """What becomes of a line of which these cells (by column) were typed, and `before` were the cells.

    A cell that was changed into what may be a citizen service number is refused, however many there are: there is no
    column of them to judge it by.
    """
    cells = [typed.get(name, "").strip() for name in COLUMNS]
    wrong = wrong_cell(cells)
    if wrong is not None:
        return Unmended(*wrong)
    kept = [*before, *[""] * len(COLUMNS)]
    passing = Screening(COLUMNS, COLUMNS).take(cells)
    suspect = next((place for place in passing if cells[place] != kept[place]), None)
    if suspect is not None:
        return Unmended(COLUMNS[suspect], Reason.LOOKS_LIKE_BSN)
    return Mended(SEPARATOR.join(cells), cells[COLUMNS.index(Column.STAFF_NUMBER)][:40])
