"""Reading a file of either kind: text as it arrives, a workbook in a process of its own once all of it is there."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules import sheets
from lerarenregister.register.rules.columns import COLUMNS
from lerarenregister.register.rules.reading import Line, Reader
from lerarenregister.register.rules.reasons import Reason
from lerarenregister.register.rules.sheets import MOST_BYTES, MOST_LINES, MOST_SECONDS
from lerarenregister.register.rules.table import BLANK_BEFORE_HEADER, Table

_ONE_AT_A_TIME = threading.Lock()
"""A hard one takes 512 MB until it is stopped: once beside a web process, never twice."""
_COMMAND = (sys.executable, "-I", sheets.__file__)
_ARCHIVE = b"PK\x03\x04"
_WAIT = 2 * MOST_SECONDS
_WRONG = {"f": Reason.FORMULA, "e": Reason.CELL_ERROR}


class SheetReader:
    """Feed it the bytes of a workbook, then `close` it: that gives the lines, one after the other. Raises FileRefused:
    `sheet-large`, `sheet-busy`, those of `rules.sheets` and those of `Table`.

    `numbers_in` are columns of ours that hold numbers where text belongs: zeros before them may be gone.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._table = Table(MOST_LINES)
        self.numbers_in: tuple[str, ...] = ()
        self._counts_as_text = -1

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """The names of columns that are not stored."""
        return self._table.unknown_columns

    @property
    def count(self) -> int:
        """The number of lines so far."""
        return self._table.count

    def feed(self, chunk: bytes) -> list[Line]:
        """Keep a chunk in memory: what a workbook holds stands at its end."""
        if len(self._bytes) + len(chunk) > MOST_BYTES:
            self.stop()
            raise FileRefused("sheet-large")
        self._bytes += chunk
        return []

    def close(self) -> Iterator[Line]:
        """The end of the file."""
        if not _ONE_AT_A_TIME.acquire(timeout=_WAIT):
            raise FileRefused("sheet-busy")
        try:
            for row in _rows_of(bytes(self._bytes)):
                ready: list[Line] = []
                self._take(row, ready)
                yield from ready
        finally:
            _ONE_AT_A_TIME.release()
            self.stop()
        if not self._table.begun:
            raise FileRefused("empty")
        yield from self._table.close()

    def stop(self) -> None:
        """Forget the bytes."""
        self._bytes = bytearray()

    def _take(self, row: dict[str, Any], ready: list[Line]) -> None:
        table, number, cells = self._table, int(row["row"]), list(row["cells"])
        if not table.begun:
            if number > BLANK_BEFORE_HEADER:
                raise FileRefused("empty")
            table.begin(cells)
            names = [" ".join(cell.split()).casefold() for cell in cells]
            self._counts_as_text = names.index(COLUMNS[1])
            return
        if not any(cell.strip() for cell in cells) and not row["wrong"]:
            return
        if len(cells) > table.width:
            table.refuse(number, Reason.CELL_COUNT, ready)
            return
        cells += [""] * (table.width - len(cells))
        if self._counts_as_text in row["numbers"]:
            self.numbers_in = (COLUMNS[1],)
        table.take(number, cells, ready, {int(place): _WRONG[why] for place, why in row["wrong"].items()})


def _rows_of(source: bytes) -> Iterator[dict[str, Any]]:
    """The rows, from a process that gets these bytes and nothing else: no environment, no files of ours. What does not
    say that it came to its end (it took too much memory or time) is not read at all."""
    with subprocess.Popen(  # noqa: S603  (our own file, with nothing of hers in the command)
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
    ) as process:
        watch = threading.Timer(_WAIT, process.kill)
        watch.start()
        try:
            yield from _said_by(process, source)
        finally:
            watch.cancel()
            process.kill()


def _said_by(process: "subprocess.Popen[bytes]", source: bytes) -> Iterator[dict[str, Any]]:
    if process.stdin is None or process.stdout is None:
        raise FileRefused("sheet-unreadable")
    try:
        process.stdin.write(source)
        process.stdin.close()
    except OSError as error:
        raise FileRefused("sheet-unreadable") from error
    for text in process.stdout:
        try:
            row = json.loads(text)
        except ValueError:
            break
        if "refused" in row:
            raise FileRefused(row["refused"])
        if "end" in row:
            return
        yield row
    raise FileRefused("sheet-unreadable")


class FileReader:
    """Feed it chunks of either kind of file, then `close` it. Which kind it is, its first bytes say."""

    def __init__(self) -> None:
        self._begin = b""
        self._reader: Reader | SheetReader | None = None

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """The names of columns that are not stored."""
        return self._reader.unknown_columns if self._reader else ()

    @property
    def numbers_in(self) -> tuple[str, ...]:
        """The columns of ours that hold numbers where text belongs."""
        return self._reader.numbers_in if self._reader else ()

    @property
    def count(self) -> int:
        """The number of lines so far."""
        return self._reader.count if self._reader else 0

    def feed(self, chunk: bytes) -> list[Line]:
        """Read a chunk."""
        if self._reader is not None:
            return self._reader.feed(chunk)
        self._begin += chunk
        if len(self._begin) < len(_ARCHIVE):
            return []
        begin, self._begin = self._begin, b""
        return self._chosen(begin).feed(begin)

    def close(self) -> Iterator[Line]:
        """The end of the file."""
        if self._reader is None:
            yield from self._chosen(self._begin).feed(self._begin)
        if self._reader is not None:
            yield from self._reader.close()

    def stop(self) -> None:
        """Nothing more is read."""
        if self._reader is not None:
            self._reader.stop()

    def _chosen(self, begin: bytes) -> Reader | SheetReader:
        self._reader = SheetReader() if begin.startswith(_ARCHIVE) else Reader()
        return self._reader
