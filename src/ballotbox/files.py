"""The archive as a file that only grows: opened, read to its end, and added to.

Adding takes a lock, writes behind the last whole event and syncs before it returns. Whatever was cut off half-way
stands behind that, is seen at the next reading, and is taken away by `repaired` alone.
"""

import fcntl
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
from ballotbox.verifying import events_in, place_of
from ballotbox.writing import new


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
        encoded, records, position = event.encoded(), b"", self.end
        before = []
        for body in bodies:
            before.append(Data(sha256_hex(body), body, 0))
            records += record_bytes(body, event=False, time=self.time)
        if kind is EventType.BALLOT:
            before = [Data(before[0].hash, bodies[0], (position + 512) << 32 | len(bodies[0]))]
        self.box.take(event, sha256_hex(encoded), before)
        records += record_bytes(encoded, event=True, time=self.time)
        self.file.seek(self.end)
        self.file.write(records)
        self.file.flush()
        os.fsync(self.file.fileno())
        self.end += len(records)
        return event

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
            fcntl.flock(file, fcntl.LOCK_EX)
        reader = Reader(file)
        box, end = Box(proofs=False), reader.offset
        for event, event_hash, before in events_in(reader):
            if event.type is EventType.ENCRYPTED_TALLY:
                box.count = None
            box.take(event, event_hash, before)
            end = reader.offset
        archive = OpenArchive(file, box, time=reader.time, end=end)
        box.proofs, box.count = True, archive.count
        yield archive


def repaired(path: Path) -> int:
    """Take away what was cut off half-way behind the last whole event; how many bytes. Raises Refused when there is no
    whole event, or anything else is wrong."""
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        reader, end = Reader(file), 0
        try:
            for _ in events_in(reader):
                end = reader.offset
        except Refused as refused:
            if refused.check is not Check.ARCHIVE_TRUNCATED or not end:
                raise
        size = file.seek(0, os.SEEK_END)
        file.truncate(end)
        os.fsync(file.fileno())
        return size - end


def votes_of(value: object) -> Sequence[Sequence[int]]:
    """Votes as a voter's machine has them: a list of 0 and 1 for each question. Raises Refused (`answers_shape`)."""
    if isinstance(value, list) and all(isinstance(each, list) for each in value):
        return value
    raise Refused(Check.ANSWERS_SHAPE, "votes are a list of lists of 0 and 1")
