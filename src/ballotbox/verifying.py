"""Verifying an archive: all of it, on all cores, or only what is new since last time.

One process reads the archive in order and feeds the machine; the proofs of ballots, and the product of those that
count, go to as many processes as there are cores. Nothing is kept of a ballot but its place in the file; what is read
again from there must have the hash that it had.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ballotbox.archive import BLOCK, Reader, body_at, record_size
from ballotbox.ballots import ballot_of, check_ballot
from ballotbox.box import Box, Cast, Data, Stage
from ballotbox.checkpoint import Checkpoint, NoCheckpoint, go_on, load, save
from ballotbox.checks import Check, Refused
from ballotbox.elections import Election, election_of, largest_record
from ballotbox.encoding import b64_of_hex, sha256_hex
from ballotbox.events import Event, EventType, event_of
from ballotbox.proofs import must
from ballotbox.tallies import Tally
from ballotbox.writing import settled

BATCH = 16
"""Ballots that a process checks before it is given others."""
ADDED = 256
"""Ballots that a process multiplies before it is given others."""
OFTEN = 60.0
"""Seconds after which a checkpoint is written anew: so much is lost at most when a long verification is killed."""
Place = tuple[int, int]
"""Where a ballot stands: the offset of its body, and its size."""
Ballot = tuple[int, int, str]
"""The same, and its hash."""
_PACK = 1 << 32
_MOST = 4
"""Records of data that stand before an event: those of a setup."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: how far the election is, of how many ballots every proof was checked, how long that took, and
    what was refused (None: nothing). Of an earlier run, which a checkpoint kept: how many of these ballots it checked,
    and up to which event (-1: there is none). `unkept` says why no checkpoint could be written now, if none was."""

    stage: Stage
    head: str
    height: int
    ballots: int
    counted: int
    voters: int
    checked_ballots: int
    seconds: float
    refused: Refused | None
    earlier_ballots: int = 0
    earlier_height: int = -1
    unkept: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing was refused."""
        return self.refused is None


Told = Callable[[int, int], None]
"""Told how many ballots are read and how many were checked."""


def _quiet(read: int, checked: int) -> None:
    pass


class Part(NamedTuple):
    """Which share of the ballots one machine checks: the `number`-th (from 1) of every `of`."""

    number: int = 1
    of: int = 1

    def has(self, ballot: int) -> bool:
        """Whether a ballot, counted from 0, is in it."""
        return ballot % self.of == self.number - 1


WHOLE = Part()


def verify(
    path: Path, *, cores: int | None = None, told: Told = _quiet, part: Part = WHOLE, checkpoint: Path | None = None
) -> tuple[Report, Box]:
    """Verify an archive; the report says what was refused and where it stopped. Raises NoCheckpoint, OSError.

    A `part` checks the proofs of its own share of the ballots, and all else; the first also that the encrypted tally is
    their product. Together the parts check all. With a `checkpoint` it goes on where that was written, if it is there,
    and writes it anew: now and then, and at the end when nothing was refused.
    """
    begun, refused = time.perf_counter(), None
    with _Proofs(path, max(1, cores or os.cpu_count() or 1), told) as proofs:
        run = _Run(proofs, part, checkpoint)
        try:
            with path.open("rb") as file:
                run.through(file)
        except Refused as found:
            refused = proofs.first(found)
    box = run.box
    report = Report(
        box.stage,
        box.head,
        box.height,
        box.ballots,
        counted=box.sized.num_tallied if box.sized else 0,
        voters=len(box.setup.credentials) if box.setup else 0,
        checked_ballots=run.earlier + proofs.checked,
        seconds=time.perf_counter() - begun,
        refused=refused,
        earlier_ballots=run.earlier,
        earlier_height=run.since,
        unkept=run.unkept,
    )
    return report, box


class _Run:
    """One way through an archive, from its beginning or from a checkpoint."""

    def __init__(self, proofs: "_Proofs", part: Part, checkpoint: Path | None) -> None:
        self.box, self.earlier, self.since, self.unkept = Box(proofs=False), 0, -1, ""
        self._proofs, self._part, self._checkpoint = proofs, part, checkpoint
        self._saved = time.monotonic()

    def through(self, file: BinaryIO) -> None:
        """To its end, all that was given to the processes included. Raises Refused."""
        reader = self._begun(file)
        box, event = self.box, None
        box.count = self._proofs.count if self._part.number == 1 else None
        for event, before in taken(reader, box, self._proofs.finish):
            if event.type is EventType.BALLOT and self._part.has(box.ballots - 1):
                self._proofs.add(box.ready().election, (*place_of(before[0].position), before[0].hash))
            if time.monotonic() - self._saved > OFTEN:
                self._keep(reader, event)
        self._proofs.finish()
        must(box.setup is not None, Check.ARCHIVE_TRUNCATED, detail="there is no election in it")
        if event is not None:
            self._keep(reader, event)

    def _begun(self, file: BinaryIO) -> Reader:
        end = settled(file)
        if self._checkpoint is None or not self._checkpoint.exists():
            return Reader(file, end=end)
        kept = load(self._checkpoint)
        if kept.part != self._part:
            raise NoCheckpoint(f"{self._checkpoint} is of part {kept.part[0]}/{kept.part[1]}: each part has its own")
        reader = go_on(file, kept, end=end)
        self.box, self.earlier, self.since = kept.box, kept.checked, kept.box.height
        return reader

    def _keep(self, reader: Reader, event: Event) -> None:
        """Write the checkpoint, behind this event."""
        if self._checkpoint is None:
            return
        self._proofs.finish()
        begun, checked = reader.offset - record_size(event.encoded()), self.earlier + self._proofs.checked
        try:
            save(self._checkpoint, Checkpoint(self.box, reader.time, begun, reader.offset, (*self._part,), checked))
            self.unkept = ""
        except OSError as error:  # what was verified is told all the same
            self.unkept = f"{self._checkpoint}: {error.strerror}"
        self._saved = time.monotonic()


def events_in(reader: Reader) -> Iterator[tuple[Event, str, list[Data]]]:
    """The events of an archive, each with the data before it. Raises Refused; `archive_truncated` when data stands at
    the end without the event that it belongs to."""
    before: list[Data] = []
    for record in reader:
        if not record.event:
            must(len(before) < _MOST, Check.ARCHIVE_ORDER, f"offset {record.offset}", "a fifth record before an event")
            before.append(Data(record.hash, record.body, record.offset * _PACK | len(record.body)))
            continue
        yield event_of(record.body), record.hash, before
        before = []
    if before:
        raise Refused(Check.ARCHIVE_TRUNCATED, "data without its event", f"offset {reader.offset}")


def taken(
    reader: Reader, box: Box, before_count: Callable[[], None] = lambda: None
) -> Iterator[tuple[Event, list[Data]]]:
    """The events of an archive with the data before each, taken by the machine. `before_count` is called when the
    ballots are to be counted: what is wrong with one of them is told before what is wrong with the count. Raises
    Refused."""
    if box.setup is not None:
        reader.largest = largest_record(box.setup.election)
    for event, event_hash, before in events_in(reader):
        if event.type is EventType.ENCRYPTED_TALLY:
            before_count()
        box.take(event, event_hash, before)
        if event.type is EventType.SETUP:
            reader.largest = largest_record(box.ready().election)
        yield event, before


def position_of(record: int, body: bytes) -> int:
    """The position of a body that the box keeps, out of the offset at which its record begins."""
    return (record + BLOCK) * _PACK | len(body)


def place_of(position: int) -> Place:
    """Where a ballot stands, out of the position that the box keeps."""
    return position // _PACK, position % _PACK


class _Proofs:
    """The processes that check ballots, and what they found."""

    def __init__(self, path: Path, workers: int, told: Told) -> None:
        self._path, self._workers, self._told = path, workers, told
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: list[Ballot] = []
        self._running: list[tuple[Future[int], int]] = []
        self.given = self.checked = 0
        self._raw = ""

    def __enter__(self) -> "_Proofs":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def add(self, election: Election, ballot: Ballot) -> None:
        """One more ballot to check; raises Refused when one before it did not pass."""
        self._raw = election.raw
        self._waiting.append(ballot)
        self.given += 1
        if len(self._waiting) >= BATCH:
            self._send()

    def _send(self) -> None:
        given, self._waiting = self._waiting, []
        if self._workers == 1:  # in this process
            self.checked += check_ballots_at(self._raw, str(self._path), given)
        else:
            self._running.append((self._ask().submit(check_ballots_at, self._raw, str(self._path), given), len(given)))
        while len(self._running) > 4 * self._workers:
            self._collect()
        self._told(self.given, self.checked)

    def _collect(self) -> None:
        future, number = self._running.pop(0)
        future.result()
        self.checked += number

    def finish(self) -> None:
        """Wait for all; raises Refused."""
        if self._waiting:
            self._send()
        while self._running:
            self._collect()
        self._told(self.given, self.checked)

    def first(self, refused: Refused) -> Refused:
        """What is to be said: a ballot that did not pass stands before what was refused later."""
        try:
            self.finish()
        except Refused as earlier:
            return earlier
        return refused

    def count(self, box: Box) -> Tally:
        """The product of the ballots that count, made by all processes. Raises Refused (`archive_hash`) when one is no
        longer what it was."""
        self.finish()
        election = box.ready().election
        total, casts = Tally(election), box.counting()
        running = deque[Callable[[], Tally]]()
        while some := list(islice(casts, ADDED)):
            asked = (election.raw, str(self._path), some)
            running.append(
                partial(_product, *asked) if self._workers == 1 else self._ask().submit(_product, *asked).result
            )
            if len(running) > 4 * self._workers:
                total.merge(running.popleft()())
        for result in running:
            total.merge(result())
        return total

    def _ask(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, mp_context=get_context("forkserver"))
        return self._pool


_ELECTIONS: dict[str, Election] = {}


def _election(raw: str) -> Election:
    if raw not in _ELECTIONS:
        _ELECTIONS.clear()
        _ELECTIONS[raw] = election_of(raw)
    return _ELECTIONS[raw]


def check_ballots_at(raw: str, path: str, ballots: Iterable[Ballot]) -> int:
    """In a process: check these ballots; the first that does not pass raises Refused."""
    election, number = _election(raw), 0
    with Path(path).open("rb") as file:
        for offset, size, ballot_hash in ballots:
            try:
                body = body_at(file, offset, size)
                must(sha256_hex(body) == ballot_hash, Check.ARCHIVE_HASH, "")
                check_ballot(election, ballot_of(body))
            except Refused as refused:
                raise refused.inside(f"ballot {b64_of_hex(ballot_hash)}") from None
            number += 1
    return number


def _product(raw: str, path: str, casts: Iterable[Cast]) -> Tally:
    tally = Tally(_election(raw))
    with Path(path).open("rb") as file:
        for cast in casts:
            body = body_at(file, *place_of(cast.position))
            cast.check(body)
            tally.add(ballot_of(body), cast.weight)
    return tally
