"""Cells in, lines out: the header, the screening and what is kept of a line are the same for every kind of file.

Memory is flat: the first 1,000 lines wait for the screening, and no line is kept beyond its limit.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules.columns import COLUMNS, NEEDED, SEPARATOR
from lerarenregister.register.rules.reasons import Reason
from lerarenregister.register.rules.screening import Screening, named_so

MOST_CELL = 1_000
WINDOW = 1_000
BLANK_BEFORE_HEADER = 20
_CONTROL = re.compile(r"[\x00-\x1e\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number in the file (the header is 1): the known cells joined by U+001F in the order of `COLUMNS`,
    or a reason with the column it is about. `person` is the staff number. A line of which only some cells can not be
    kept has the others, and a reason."""

    number: int
    person: str = ""
    values: str = ""
    column: str = ""
    reason: str = ""


class Table:
    """Give it the header, then each line in turn. Raises FileRefused: `too-many-lines`, `columns-missing`,
    `columns-doubled`, `bsn-column`, `bsn-values`, `empty`.

    `unknown_columns` are the names of columns that are not stored; `count` is the number of lines so far.
    """

    def __init__(self, most_lines: int) -> None:
        self._most_lines = most_lines
        self._places: list[int] = []
        self._shown: list[str] = []
        self._screening: Screening | None = None
        self._window: list[tuple[Line, list[int]]] | None = []
        self.width = 0
        self.unknown_columns: tuple[str, ...] = ()
        self.count = 0

    @property
    def begun(self) -> bool:
        """Whether the header was there."""
        return self._screening is not None

    def begin(self, header: Sequence[str]) -> None:
        """Take the names of the columns; empty ones at the end are none."""
        cells = list(header)
        while cells and not cells[-1].strip():
            cells.pop()
        names = [" ".join(cell.split()).casefold() for cell in cells]
        # What is shown of a name is short, so that a file without a header does not come back through a report.
        self._shown = [name if name in COLUMNS else f"kolom {place}" for place, name in enumerate(names, start=1)]
        bsn = [f"kolom {place}" for place, name in enumerate(names, start=1) if named_so(name)]
        if bsn:
            raise FileRefused("bsn-column", bsn)
        doubled = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
        if doubled:
            raise FileRefused("columns-doubled", doubled)
        missing = [name for name in COLUMNS if name in NEEDED and name not in names]
        if missing:
            raise FileRefused("columns-missing", missing)
        self.width = len(names)
        self._places = [names.index(name) if name in names else -1 for name in COLUMNS]
        self.unknown_columns = tuple(_safe(name) for name in names if name and name not in COLUMNS)
        self._screening = Screening(names, self._shown)

    def take(self, number: int, cells: list[str], ready: list[Line], wrong: dict[int, Reason] | None = None) -> None:
        """Take a line of as many cells as the header. `wrong` are places of cells that can not be read, with why."""
        screening = self._counted()
        passing = screening.take(cells)
        self._put(self._line(number, cells, wrong), passing, screening, ready)

    def refuse(self, number: int, reason: Reason, ready: list[Line]) -> None:
        """Take a line that can not be read as cells."""
        self._put(Line(number, reason=reason), [], self._counted(), ready)

    def close(self) -> list[Line]:
        """The end: the lines that still waited."""
        if self.count == 0:
            raise FileRefused("empty")
        return self._flush()

    def _counted(self) -> Screening:
        self.count += 1
        if self.count > self._most_lines:
            raise FileRefused("too-many-lines")
        if self._screening is None:
            raise FileRefused("header")
        return self._screening

    def _put(self, line: Line, passing: list[int], screening: Screening, ready: list[Line]) -> None:
        if self._window is None:
            if passing:
                screening.judge()
                line = self._screened(line, passing)
            ready.append(line)
            return
        self._window.append((line, passing))
        if len(self._window) == WINDOW:
            ready += self._flush()

    def _flush(self) -> list[Line]:
        """End the window: judge it, and let its lines go."""
        waiting, self._window = self._window or [], None
        if self._screening is not None:
            self._screening.judge()
        return [self._screened(line, passing) for line, passing in waiting]

    def _screened(self, line: Line, passing: list[int]) -> Line:
        place = self._screening.suspect(passing) if self._screening and passing else None
        if place is None:
            return line
        return Line(line.number, column=self._shown[place], reason=Reason.LOOKS_LIKE_BSN)

    def _line(self, number: int, cells: list[str], wrong: dict[int, Reason] | None) -> Line:
        picked = [cells[place].strip() if place >= 0 else "" for place in self._places]
        if wrong and not wrong.keys().isdisjoint(self._places):
            faults = [(name, wrong[place]) for name, place in zip(COLUMNS, self._places, strict=True) if place in wrong]
            return _without_wrong(number, picked, *faults[0])
        values = SEPARATOR.join(picked)
        if len(values) > MOST_CELL or _CONTROL.search(values) or values.count(SEPARATOR) >= len(COLUMNS):
            found = wrong_cell(picked)
            if found is not None:
                return _without_wrong(number, picked, *found)
        return Line(number, picked[1][:40], values)


def wrong_cell(cells: Sequence[str]) -> tuple[str, Reason] | None:
    """The first of these cells, in the order of `COLUMNS`, that can not be kept, and why."""
    for name, cell in zip(COLUMNS, cells, strict=True):
        if len(cell) > MOST_CELL:
            return name, Reason.CELL_TOO_LONG
        if _CONTROL.search(cell) or SEPARATOR in cell:
            return name, Reason.CONTROL_CHARACTER
    return None


def _without_wrong(number: int, picked: list[str], column: str, reason: Reason) -> Line:
    """The line with its reason, and the cells that can be kept: who mends it need not type them again."""
    kept = ["" if wrong_cell([cell, *[""] * (len(COLUMNS) - 1)]) else cell for cell in picked]
    return Line(number, kept[1][:40], SEPARATOR.join(kept), column, reason)


def _safe(name: str) -> str:
    """A name for the report: short, and without digits that could be a number of somebody."""
    return "".join("#" if character.isdigit() else character for character in name if character.isprintable())[:40]
