"""The archive of an election (spec: Public data): an old tar file that only grows, read byte by byte.

`tarfile` of Python stops silently at damage; this reader takes nothing but what the writer of the specification makes:
the same header for the same record, zeros behind a body, one time for all, the hash of a body as its name. Whatever
else stands there is refused by name. Where a file ends between two records it is a valid earlier state: whoever reads
it must say which one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from ballotbox.checks import Check, Refused
from ballotbox.encoding import fields, integer, read, sha256_hex, written

BLOCK: Final = 512
LARGEST: Final = 128 * 1024 * 1024
"""Bytes of one record before the election is known: the list of a million credentials has some 70 MB."""
LARGEST_EVENT: Final = 1_024
"""Bytes of an event; it has some 230."""
_NAME: Final = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")
_FIRST: Final = "BELENIOS"
_MOST_TIME: Final = 8**11 - 1


@dataclass(frozen=True, slots=True)
class Record:
    """A file in the archive: an event or data, its hash, where its body begins, and the body."""

    event: bool
    hash: str
    offset: int
    body: bytes

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.offset + _blocks(len(self.body))


def _blocks(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def tar_header(name: str, size: int, time: int) -> bytes:
    """The header block of a file, as 3.0 writes it: mode 0644, no owner."""
    block = bytearray(BLOCK)
    for place, text in (
        (0, name),
        (100, "0000644"),
        (108, "0000000"),
        (116, "0000000"),
        (124, f"{size:011o}"),
        (136, f"{time:011o}"),
        (148, " " * 8),
        (156, "0"),
    ):
        block[place : place + len(text)] = text.encode()
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def _file(name: str, body: bytes, time: int) -> bytes:
    return tar_header(name, len(body), time) + body.ljust(_blocks(len(body)), b"\0")


def first_bytes(time: int) -> bytes:
    """How an archive begins that is begun at this time (seconds since 1970)."""
    return _file(_FIRST, _begin(time), time)


def _begin(time: int) -> bytes:
    return written({"version": 1, "timestamp": str(time)}).encode()


def record_size(body: bytes) -> int:
    """Bytes of the record of a body: its header, and itself in whole blocks."""
    return BLOCK + _blocks(len(body))


def record_bytes(body: bytes, *, event: bool, time: int) -> bytes:
    """A record, to append."""
    return _file(f"{sha256_hex(body)}.{'event' if event else 'data'}.json", body, time)


class Reader:
    """Reads an archive from its beginning, or goes on where an earlier reader stopped. `largest` are the bytes that a
    record may have: who knows the election makes it less."""

    def __init__(self, file: BinaryIO, *, time: int | None = None, offset: int = 0, end: int | None = None) -> None:
        """With `time` and `offset` of an earlier reader it goes on there; at `end` it stops, if given: others may be
        adding behind it. Raises Refused (`archive_header`)."""
        self._file, self.offset, self._end, self.largest = file, offset, end, LARGEST
        file.seek(offset)
        self.time = self._begun() if time is None else time

    def _begun(self) -> int:
        name, size, time = self._header()
        if name != _FIRST:
            raise Refused(Check.ARCHIVE_HEADER, f"it begins with {name!r:.40}, not {_FIRST}")
        if size > LARGEST_EVENT:
            raise Refused(Check.ARCHIVE_HEADER, f"a first record of {size} bytes")
        body = self._body(size)
        said = fields(read(body), ("version", "timestamp"))
        if integer(said["version"]) != 1:
            raise Refused(Check.ARCHIVE_HEADER, f"version {said['version']}: this reads version 1")
        begun = said["timestamp"]
        if str(begun) != str(time):
            raise Refused(Check.ARCHIVE_TIME, f"it says {begun!r:.40}, and its file {time}")
        if body != _begin(time):
            raise Refused(Check.STRICTER_CANONICAL, where=_FIRST)
        return time

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        """The next record. Raises StopIteration at the end between two records, and Refused."""
        if self.offset == self._end or self._at_end():
            raise StopIteration
        name, size, time = self._header()
        found = _NAME.fullmatch(name)
        if found is None:
            raise Refused(Check.ARCHIVE_NAME, f"{name!r:.120}", f"offset {self.offset - BLOCK}")
        if time != self.time:
            raise Refused(Check.ARCHIVE_TIME, f"{time} instead of {self.time}", name)
        event = found[2] == "event"
        if size > (LARGEST_EVENT if event else self.largest):
            raise Refused(Check.ARCHIVE_BLOCK, f"a record of {size} bytes: none of an election is that large", name)
        offset, body = self.offset, self._body(size)
        if sha256_hex(body) != found[1]:
            raise Refused(Check.ARCHIVE_HASH, "", name)
        return Record(event, found[1], offset, body)

    def _at_end(self) -> bool:
        if hasattr(self._file, "peek"):
            return not self._file.peek(1)
        byte = self._file.read(1)
        self._file.seek(self.offset)
        return not byte

    def _header(self) -> tuple[str, int, int]:
        block = self._read(BLOCK)
        try:
            name = block[:100].split(b"\0", 1)[0].decode("ascii")
            size, time = (int(block[place : place + 11].decode("ascii"), 8) for place in (124, 136))
        except ValueError as error:
            raise Refused(Check.ARCHIVE_BLOCK, "no header", f"offset {self.offset - BLOCK}") from error
        if min(size, time) < 0 or len(name) > 99 or tar_header(name, size, time) != block:
            raise Refused(Check.ARCHIVE_BLOCK, "a header that 3.0 would not write", f"offset {self.offset - BLOCK}")
        return name, size, time

    def _body(self, size: int) -> bytes:
        padded = self._read(_blocks(size))
        if any(padded[size:]):
            raise Refused(Check.ARCHIVE_PADDING, "", f"offset {self.offset - _blocks(size) + size}")
        return padded[:size]

    def _read(self, size: int) -> bytes:
        found = self._file.read(size)
        if len(found) < size:
            raise Refused(Check.ARCHIVE_TRUNCATED, f"{size - len(found)} bytes are missing", f"offset {self.offset}")
        self.offset += size
        return found


def body_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """The body of a record that was read before; whoever asks looks whether it still is what it was. Raises Refused
    (`archive_truncated`)."""
    file.seek(offset)
    found = file.read(size)
    if len(found) < size:
        raise Refused(Check.ARCHIVE_TRUNCATED, "", f"offset {offset}")
    return found


__all__ = ["BLOCK", "Reader", "Record", "body_at", "first_bytes", "record_bytes", "record_size", "tar_header"]
