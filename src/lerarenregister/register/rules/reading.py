"""The streaming reader of a delivery: chunks of bytes in, lines out. Any chunking gives the same lines.

Memory is flat: the first 1,000 lines wait for the screening, and no line is kept beyond its limit.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules.columns import COLUMNS, NEEDED, SEPARATOR
from lerarenregister.register.rules.decoding import Decoder
from lerarenregister.register.rules.reasons import Reason
from lerarenregister.register.rules.screening import Screening, named_so

MOST_BYTES = 200_000_000
MOST_LINES = 500_000
MOST_CELL = 1_000
MOST_LINE = 65_536
WINDOW = 1_000
_CONTROL = re.compile(r"[\x00-\x1e\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number in the file (the header is 1): the known cells joined by U+001F in the order of `COLUMNS`,
    or a reason with the column it is about. `person` is the staff number."""

    number: int
    person: str = ""
    values: str = ""
    column: str = ""
    reason: str = ""


class _Records:
    """Text to raw records. A record may span lines inside quotes; one that is too long is given as None."""

    def __init__(self) -> None:
        self._text = ""
        self._open = ""
        self._skipping = False

    def feed(self, text: str, *, last: bool = False) -> Iterator[str | None]:
        """The records that are complete. Raises FileRefused when quotes stay open too long."""
        parts = (self._text + text).split("\n")
        self._text = parts.pop()
        for part in parts:
            yield from self._line(part)
        if len(self._text) > MOST_LINE:
            self._text, self._skipping = "", True
            self._refuse_open()
        if last and (self._text or self._skipping):
            remainder, self._text = self._text, ""
            yield from self._line(remainder)
        if last:
            self._refuse_open()

    def _refuse_open(self) -> None:
        if self._open:
            raise FileRefused("quote-open")

    def _line(self, part: str) -> Iterator[str | None]:
        if self._skipping or len(part) > MOST_LINE:
            self._skipping = False
            self._refuse_open()
            yield None
            return
        record = self._open + part
        if '"' in record and record.count('"') % 2:
            if len(record) > MOST_LINE:
                raise FileRefused("quote-open")
            self._open = record + "\n"
            return
        self._open = ""
        yield record.removesuffix("\r")


class Reader:
    """Feed it chunks, then `close` it; both return the lines that are ready. Raises FileRefused (`reason`): `empty`,
    `too-large`, `too-many-lines`, `columns-missing`, `columns-doubled`, `header`, `bsn-column`, `bsn-values`,
    `quote-open`, and those of `Decoder`. After a refusal it must be thrown away.

    `unknown_columns` are the names of columns that are not stored; `count` is the number of lines so far.
    """

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._records = _Records()
        self._bytes = 0
        self._number = 0
        self._delimiter = ";"
        self._width = 0
        self._places: list[int] = []
        self._shown: list[str] = []
        self._screening: Screening | None = None
        self._window: list[tuple[Line, list[int]]] | None = []
        self.unknown_columns: tuple[str, ...] = ()
        self.count = 0

    def feed(self, chunk: bytes) -> list[Line]:
        """Read a chunk."""
        self._bytes += len(chunk)
        if self._bytes > MOST_BYTES:
            raise FileRefused("too-large")
        return self._read(self._decoder.feed(chunk), last=False)

    def close(self) -> list[Line]:
        """The end of the file."""
        lines = self._read(self._decoder.feed(b"", last=True), last=True)
        if self.count == 0:
            raise FileRefused("empty")
        return lines + self._flush()

    def _read(self, text: str, *, last: bool) -> list[Line]:
        ready: list[Line] = []
        for record in self._records.feed(text, last=last):
            self._number += 1
            if self._screening is None:
                self._header(record)
                continue
            if record is not None and not record.strip(" \t;,\r"):
                continue
            self.count += 1
            if self.count > MOST_LINES:
                raise FileRefused("too-many-lines")
            line, passing = self._line(record, self._screening)
            if self._window is None:
                if passing:
                    self._screening.judge()
                    line = self._screened(line, passing)
                ready.append(line)
            else:
                self._window.append((line, passing))
                if len(self._window) == WINDOW:
                    ready += self._flush()
        return ready

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

    def _header(self, record: str | None) -> None:
        if record is None:
            raise FileRefused("header")
        if not record.strip(" \t\r"):
            if self._number > 20:
                raise FileRefused("empty")
            return
        self._delimiter = max(";,", key=record.count)
        cells = self._split(record)
        if cells is None:
            raise FileRefused("header")
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
        self._width = len(names)
        self._places = [names.index(name) if name in names else -1 for name in COLUMNS]
        self.unknown_columns = tuple(_safe(name) for name in names if name and name not in COLUMNS)
        self._screening = Screening(names, self._shown)

    def _split(self, record: str) -> list[str] | None:
        """The cells; None when the quotes are wrong."""
        if '"' not in record:
            return record.split(self._delimiter)
        try:
            return next(csv.reader([record], delimiter=self._delimiter, strict=True))
        except (csv.Error, StopIteration):
            return None

    def _line(self, record: str | None, screening: Screening) -> tuple[Line, list[int]]:
        """The line, and the places of cells that could be a citizen service number."""
        number = self._number
        if record is None:
            return Line(number, reason=Reason.LINE_TOO_LONG), []
        cells = self._split(record)
        if cells is None:
            return Line(number, reason=Reason.QUOTES), []
        if len(cells) != self._width:
            while len(cells) > self._width and not cells[-1].strip():
                cells.pop()
            if len(cells) != self._width:
                return Line(number, reason=Reason.CELL_COUNT), []
        passing = screening.take(cells)
        picked = [cells[place].strip() if place >= 0 else "" for place in self._places]
        values = SEPARATOR.join(picked)
        if len(values) > MOST_CELL or _CONTROL.search(values) or values.count(SEPARATOR) >= len(COLUMNS):
            wrong = _wrong_cell(picked)
            if wrong is not None:
                return Line(number, column=wrong[0], reason=wrong[1]), passing
        return Line(number, picked[1][:40], values), passing


def _wrong_cell(cells: list[str]) -> tuple[str, Reason] | None:
    for name, cell in zip(COLUMNS, cells, strict=True):
        if len(cell) > MOST_CELL:
            return name, Reason.CELL_TOO_LONG
        if _CONTROL.search(cell) or SEPARATOR in cell:
            return name, Reason.CONTROL_CHARACTER
    return None


def _safe(name: str) -> str:
    """A name for the report: short, and without digits that could be a number of somebody."""
    return "".join("#" if character.isdigit() else character for character in name if character.isprintable())[:40]
