"""What an auditor keeps of a verification, so that the next one checks only what is new. This is ours and not of the
specification.

A checkpoint is hers: it says what she checked herself, and is as safe as the program that she checks with. It holds the
machine behind its last event. What stands before that in the archive is not read again, but for the event itself: its
hash holds all before it, so an archive that lacks anything of it, or says it otherwise, does not go on from there.
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from ballotbox.archive import LARGEST, Reader
from ballotbox.box import HASH, SHORT, Box, Setup, Stage
from ballotbox.checks import Check, Refused
from ballotbox.credentials import PublicCredentials
from ballotbox.elections import election_of
from ballotbox.encoding import integer, read, string, written
from ballotbox.tallies import decryption_of, result_json, result_of, sized_tally_of, tally_json, tally_of
from ballotbox.trustees import trustees_json, trustees_of
from ballotbox.writing import anew

_FORMAT: Final = "ballotbox-checkpoint-1"
_EVENT: Final = struct.Struct(f"{HASH}s")
_WEIGHT: Final = struct.Struct("<32sQ")
_SEEN: Final = struct.Struct(f"{SHORT}s")
_LAST: Final = struct.Struct("<32s16s")
_ROWS: Final = 4_096
"""Rows of a table that are read or written at once."""


class NoCheckpoint(Exception):
    """A file that can not be gone on from; the sentence says why. Nothing of an election was looked at."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A machine behind an event of an archive that was begun at `time`; the record of that event begins at `begun` and
    ends at `end` (offsets). Of the ballots that are in `part` (a number, and of how many) all `checked` passed."""

    box: Box
    time: int
    begun: int
    end: int
    part: tuple[int, int]
    checked: int


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write it whole, or leave what was there. Raises OSError."""
    anew(path.resolve(), _with_digest(_bytes(checkpoint)))


def _with_digest(pieces: Iterable[bytes]) -> Iterator[bytes]:
    digest = sha256()
    for each in pieces:
        digest.update(each)
        yield each
    yield digest.digest()


def _bytes(checkpoint: Checkpoint) -> Iterator[bytes]:
    box, setup = checkpoint.box, checkpoint.box.ready()
    weights = setup.credentials.weights
    said = {
        "format": _FORMAT,
        **{name: getattr(checkpoint, name) for name in ("time", "begun", "end", "checked")},
        "part": list(checkpoint.part),
        "stage": str(box.stage),
        "ballots": box.ballots,
        "weighted": setup.credentials.weighted,
        "numbers": [box.height + 1, len(weights), len(box.seen), len(box.last)],
        "election": setup.election.raw,
        "trustees": trustees_json(setup.trustees),
        "hashes": [setup.trustees_hash, setup.credentials_hash],
        "tally": tally_json(box.tally) if box.tally is not None else None,
        "sized": box.sized.as_json() if box.sized else None,
        "decryptions": [[owner, each.as_json()] for owner, each in box.decryptions.items()],
        "result": result_json(box.result) if box.result is not None else None,
    }
    yield written(said).encode() + b"\n"
    yield bytes(box.hashes)
    yield from _together(_WEIGHT.pack(*each) for each in weights.items())
    yield from _together(box.seen)
    yield from _together(_LAST.pack(raw, kept.to_bytes(16, "little")) for raw, kept in box.last.items())


def _together(rows: Iterable[bytes]) -> Iterator[bytes]:
    """A few thousand rows at a time: all of them would be as much again as the machine itself."""
    rows = iter(rows)
    while some := b"".join(islice(rows, _ROWS)):
        yield some


def load(path: Path) -> Checkpoint:
    """One that was saved. Raises NoCheckpoint, OSError."""
    try:
        with path.open("rb") as file:
            line = file.readline(LARGEST)
            said = read(line)
            events, voters, seen, last = said["numbers"]
            sizes = (events * HASH, voters * _WEIGHT.size, seen * SHORT, last * _LAST.size)
            whole = len(line) + sum(sizes) + HASH == os.fstat(file.fileno()).st_size and min(sizes) >= 0
            if not whole or said["format"] != _FORMAT:
                raise NoCheckpoint(_damaged(path))
            tables = _Tables(file, sha256(line))
            found = _restored(said, tables, sizes)
            if file.read() != tables.digest.digest():
                raise NoCheckpoint(_damaged(path))
            return found
    except (KeyError, TypeError, ValueError, struct.error) as error:
        raise NoCheckpoint(_damaged(path)) from error


def _damaged(path: Path) -> str:
    return f"{path} is no whole checkpoint of this program, and nothing was checked: give another name"


class _Tables:
    """Reads one table after the other, and adds each to the digest."""

    def __init__(self, file: BinaryIO, digest: "hashlib._Hash") -> None:
        self._file, self.digest = file, digest

    def rows(self, size: int, row: struct.Struct) -> Iterator[tuple[Any, ...]]:
        """The rows of the next table, of so many bytes."""
        return chain.from_iterable(map(row.iter_unpack, self._pieces(size, _ROWS * row.size)))

    def _pieces(self, size: int, most: int) -> Iterator[bytes]:
        while size:
            some = self._file.read(min(size, most))
            self.digest.update(some)
            size -= len(some)
            yield some


def _restored(said: dict[str, Any], tables: _Tables, sizes: tuple[int, ...]) -> Checkpoint:
    election, box = election_of(string(said["election"])), Box(proofs=False)
    box.stage, box.ballots = Stage(said["stage"]), integer(said["ballots"])
    for (each,) in tables.rows(sizes[0], _EVENT):
        box.hashes += each
    weights = dict[bytes, int](tables.rows(sizes[1], _WEIGHT))
    credentials = PublicCredentials(weights, weighted=said["weighted"] is True)
    box.setup = Setup(election, trustees_of(said["trustees"]), credentials, *said["hashes"])
    box.seen = {each for (each,) in tables.rows(sizes[2], _SEEN)}
    box.last = {raw: int.from_bytes(kept, "little") for raw, kept in tables.rows(sizes[3], _LAST)}
    if said["tally"] is not None:
        box.tally, box.sized = tally_of(said["tally"], election), sized_tally_of(said["sized"])
    box.decryptions = {integer(owner, least=1): decryption_of(each) for owner, each in said["decryptions"]}
    box.result = result_of(said["result"]) if said["result"] is not None else None
    number, of = (integer(each, least=1) for each in said["part"])
    time, begun, end, checked = (integer(said[name]) for name in ("time", "begun", "end", "checked"))
    return Checkpoint(box, time, begun, end, (number, of), checked)


def go_on(file: BinaryIO, checkpoint: Checkpoint, *, end: int | None = None) -> Reader:
    """A reader of this archive behind the event of the checkpoint. Raises Refused (`checkpoint`) when that event does
    not stand where it stood: something was taken away or changed, or it is another archive."""
    box, begun = checkpoint.box, checkpoint.begun
    reader = Reader(file, time=checkpoint.time, offset=begun, end=end)
    try:
        record = next(reader, None)
    except Refused:
        record = None
    if record is None or not record.event or record.hash != box.head or reader.offset != checkpoint.end:
        told = "verified before, is no longer in it: something was removed, or it is another archive"
        raise Refused(Check.CHECKPOINT, f"{box.height}/{box.head}, {told}", "event")
    return reader
