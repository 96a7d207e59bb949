"""The archive as a file that only grows: opened, read to its end, and added to.

Adding takes a lock, writes behind the last whole event and syncs before it returns. Whatever was cut off half-way
stands behind that, is seen at the next reading, and is taken away by `repaired` alone.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ballotbox.archive import Reader, body_at, first_bytes, record_bytes
from ballotbox.ballots import ballot_of
from ballotbox.box import Box, Data
from ballotbox.checks import Check, Refused
from ballotbox.encoding import sha256_hex, written
from ballotbox.events import Event, EventType
from ballotbox.tallies import Tally
from ballotbox.verifying import events_in, place_of, position_of, taken
from ballotbox.writing import lock, new, settled


class OpenArchive:
    """An archive that is locked, its machine at its last event, and where that ends."""

    def __init__(self, file: BinaryIO, box: Box, *, time: int, end: int) -> None:
        """`time` is that of the archive; `end` the offset behind its last event."""
        self.file, self.box, self.time, self.end = file, box, time, end

    def add(self, kind: EventType, *bodies: bytes) -> Event:
        """Add an event with the data that stands before it, checked as everybody will check it. Raises Refused, and
        nothing is written."""
        payload = sha256_hex(bodies[-1]) if bodies else ""
        event = Event(self.box.head, self.box.height + 1, kind, payload)
        encoded, records, before = event.encoded(), b"", []
        for body in bodies:
            before.append(Data(sha256_hex(body), body, position_of(self.end + len(records), body)))
            records += record_bytes(body, event=False, time=self.time)
        self.box.take(event, sha256_hex(encoded), before)
        records += record_bytes(encoded, event=True, time=self.time)
        self._write(records)
        self.end += len(records)
        return event

    def _write(self, records: bytes) -> None:
        """All of it behind the last event, on the disk, or nothing as far as that can be undone."""
        try:
            self.file.seek(self.end)
            self.file.write(records)
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError:
            self.file.truncate(self.end)
            raise

    def count(self, box: Box) -> Tally:
        """The product of the ballots that count, out of the file."""
        return counted(self.file, box)


def counted(file: BinaryIO, box: Box) -> Tally:
    """The product of the ballots that count, in this process. Raises Refused (`archive_hash`) when one is no longer
    what it was."""
    tally = Tally(box.ready().election)
    for cast in box.counting():
        body = body_at(file, *place_of(cast.position))
        cast.check(body)
        tally.add(ballot_of(body), cast.weight)
    return tally


def begin(path: Path, election: bytes, trustees: bytes, credentials: bytes) -> None:
    """Begin an archive with its setup. Raises Refused, FileExistsError."""
    names = ("election", "trustees", "credentials")
    bodies = (election, trustees, credentials)
    said = written({name: sha256_hex(body) for name, body in zip(names, bodies, strict=True)}).encode()
    now = int(time.time())
    event = Event("", 0, EventType.SETUP, sha256_hex(said))
    Box().take(event, sha256_hex(event.encoded()), [Data(sha256_hex(body), body) for body in (*bodies, said)])
    records = b"".join(record_bytes(body, event=False, time=now) for body in (*bodies, said))
    new(path, first_bytes(now) + records + record_bytes(event.encoded(), event=True, time=now))


@contextmanager
def opened(path: Path, *, write: bool = False) -> Iterator[OpenArchive]:
    """An archive with its machine at its last event; the proofs of the ballots that stand there are not checked again
    (`verifying` does). Raises Refused; `archive_truncated` says that `ballotbox archive repair` takes away what was cut
    off."""
    with path.open("r+b" if write else "rb") as file:
        if write:
            lock(file)
        reader = Reader(file, end=None if write else settled(file))
        box, end = Box(proofs=False), reader.offset
        try:
            for _ in taken(reader, box):
                end = reader.offset
        except Refused as refused:
            raise _cut_off(refused, path) from None
        archive = OpenArchive(file, box, time=reader.time, end=end)
        box.proofs, box.count = True, archive.count
        yield archive


def repaired(path: Path) -> int:
    """Take away what was cut off half-way behind the last whole event, or what a machine that lost its power left there
    of zeros; how many bytes. Raises Refused when there is no whole event, or anything else is wrong."""
    with path.open("r+b") as file:
        lock(file)
        reader, end = Reader(file), 0
        try:
            for _ in events_in(reader):
                end = reader.offset
        except Refused as refused:
            if refused.check is not Check.ARCHIVE_TRUNCATED and not _zeros_from(file, end):
                raise
        if not end:
            raise Refused(
                Check.ARCHIVE_TRUNCATED, "there is no whole event in it: remove it, and begin again", str(path)
            )
        size = file.seek(0, os.SEEK_END)
        file.truncate(end)
        os.fsync(file.fileno())
        return size - end


def _zeros_from(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    return not any(map(any, iter(lambda: file.read(1 << 20), b"")))


def _cut_off(refused: Refused, path: Path) -> Refused:
    if refused.check is not Check.ARCHIVE_TRUNCATED:
        return refused
    told = f"the last addition was cut off: `ballotbox archive repair {path}` takes it away"
    return Refused(refused.check, told, refused.where)


def votes_of(value: object) -> Sequence[Sequence[int]]:
    """Votes as a voter's machine has them: a list of 0 and 1 for each question. Raises Refused (`answers_shape`)."""
    if isinstance(value, list) and all(isinstance(each, list) for each in value):
        return value
    raise Refused(Check.ANSWERS_SHAPE, "votes are a list of lists of 0 and 1")
