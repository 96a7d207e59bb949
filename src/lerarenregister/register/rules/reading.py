"""The streaming reader of a delivery as CSV: chunks of bytes in, lines out. Any chunking gives the same lines."""

import csv
from collections.abc import Iterator

from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules.decoding import Decoder
from lerarenregister.register.rules.reasons import Reason
from lerarenregister.register.rules.table import BLANK_BEFORE_HEADER, MOST_CELL, WINDOW, Line, Table

__all__ = ["MOST_BYTES", "MOST_CELL", "MOST_LINES", "WINDOW", "Line", "Reader"]

MOST_BYTES = 200_000_000
MOST_LINES = 500_000
MOST_LINE = 65_536


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
    """Feed it chunks, then `close` it; both return the lines that are ready. Raises FileRefused: `too-large`, `header`,
    `quote-open`, and those of `Decoder` and `Table`. After a refusal it must be thrown away.

    `unknown_columns` are the names of columns that are not stored; `count` is the number of lines so far.
    """

    numbers_in: tuple[str, ...] = ()
    """In a text file every cell is text."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._records = _Records()
        self._table = Table(MOST_LINES)
        self._bytes = 0
        self._number = 0
        self._delimiter = ";"

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """The names of columns that are not stored."""
        return self._table.unknown_columns

    @property
    def count(self) -> int:
        """The number of lines so far."""
        return self._table.count

    def feed(self, chunk: bytes) -> list[Line]:
        """Read a chunk."""
        self._bytes += len(chunk)
        if self._bytes > MOST_BYTES:
            raise FileRefused("too-large")
        return self._read(self._decoder.feed(chunk), last=False)

    def close(self) -> list[Line]:
        """The end of the file."""
        lines = self._read(self._decoder.feed(b"", last=True), last=True)
        return lines + self._table.close()

    def stop(self) -> None:
        """Nothing more is read; there is nothing to end."""

    def _read(self, text: str, *, last: bool) -> list[Line]:
        ready: list[Line] = []
        for record in self._records.feed(text, last=last):
            self._number += 1
            if not self._table.begun:
                self._header(record)
            elif record is None or record.strip(" \t;,\r"):
                self._line(record, ready)
        return ready

    def _header(self, record: str | None) -> None:
        if record is None:
            raise FileRefused("header")
        if not record.strip(" \t\r"):
            if self._number > BLANK_BEFORE_HEADER:
                raise FileRefused("empty")
            return
        self._delimiter = max(";,", key=record.count)
        cells = self._split(record)
        if cells is None:
            raise FileRefused("header")
        self._table.begin(cells)

    def _split(self, record: str) -> list[str] | None:
        """The cells; None when the quotes are wrong."""
        if '"' not in record:
            return record.split(self._delimiter)
        try:
            return next(csv.reader([record], delimiter=self._delimiter, strict=True))
        except (csv.Error, StopIteration):
            return None

    def _line(self, record: str | None, ready: list[Line]) -> None:
        table, number = self._table, self._number
        if record is None:
            table.refuse(number, Reason.LINE_TOO_LONG, ready)
            return
        cells = self._split(record)
        if cells is None:
            table.refuse(number, Reason.QUOTES, ready)
            return
        while len(cells) > table.width and not cells[-1].strip():
            cells.pop()
        if len(cells) == table.width:
            table.take(number, cells, ready)
        else:
            table.refuse(number, Reason.CELL_COUNT, ready)
