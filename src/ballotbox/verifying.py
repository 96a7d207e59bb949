"""Verifying an archive: all of it, on all cores, or only what is new since last time.

One process reads the archive in order and feeds the machine; the proofs of ballots, and the product of those that
count, go to as many processes as there are cores. Nothing is kept of a ballot but its place in the file.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from ballotbox.archive import Reader, body_at
from ballotbox.ballots import ballot_of, check_ballot
from ballotbox.box import Box, Data, Stage
from ballotbox.checks import Check, Refused
from ballotbox.elections import Election, election_of
from ballotbox.events import Event, EventType, event_of
from ballotbox.tallies import Tally

BATCH = 16
"""Ballots that a process checks before it is given others."""
Place = tuple[int, int]
"""Where a ballot stands: the offset of its body, and its size."""
_PACK = 1 << 32


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: how far the election is, of how many ballots every proof was checked, how long that took, and
    what was refused (None: nothing)."""

    stage: Stage
    head: str
    height: int
    ballots: int
    counted: int
    voters: int
    checked_ballots: int
    seconds: float
    refused: Refused | None

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


def verify(path: Path, *, cores: int | None = None, told: Told = _quiet, part: Part = WHOLE) -> tuple[Report, Box]:
    """Verify an archive from its beginning; the report says what was refused and where it stopped.

    A `part` checks the proofs of its own share of the ballots, and all else; the first also that the encrypted tally is
    their product. Together the parts check all.
    """
    begun, refused = time.perf_counter(), None
    workers = max(1, cores or os.cpu_count() or 1)
    with _Proofs(path, workers, told) as proofs:
        box = Box(proofs=False, count=proofs.count if part.number == 1 else None)
        try:
            with path.open("rb") as file:
                for event, event_hash, before in events_in(Reader(file)):
                    box.take(event, event_hash, before)
                    if event.type is EventType.BALLOT and box.setup is not None and part.has(box.ballots - 1):
                        proofs.add(box.setup.election, place_of(before[0].position))
            proofs.finish()
        except Refused as found:
            refused = proofs.first(found)
    report = Report(
        box.stage,
        box.head,
        box.height,
        box.ballots,
        counted=box.sized.num_tallied if box.sized else 0,
        voters=len(box.setup.credentials) if box.setup else 0,
        checked_ballots=proofs.checked,
        seconds=time.perf_counter() - begun,
        refused=refused,
    )
    return report, box


def events_in(reader: Reader) -> Iterator[tuple[Event, str, list[Data]]]:
    """The events of an archive, each with the data before it. Raises Refused; `archive_truncated` when data stands at
    the end without the event that it belongs to."""
    before: list[Data] = []
    for record in reader:
        if not record.event:
            before.append(Data(record.hash, record.body, record.offset * _PACK + len(record.body)))
            continue
        yield event_of(record.body), record.hash, before
        before = []
    if before:
        raise Refused(Check.ARCHIVE_TRUNCATED, "data without its event", f"offset {reader.offset}")


def place_of(position: int) -> Place:
    """Where a ballot stands, out of the position that the box keeps."""
    return position // _PACK, position % _PACK


class _Proofs:
    """The processes that check ballots, and what they found."""

    def __init__(self, path: Path, workers: int, told: Told) -> None:
        self._path, self._workers, self._told = path, workers, told
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: list[Place] = []
        self._running: list[tuple[Future[int], int]] = []
        self.given = self.checked = 0
        self._raw = ""

    def __enter__(self) -> "_Proofs":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def add(self, election: Election, place: Place) -> None:
        """One more ballot to check; raises Refused when one before it did not pass."""
        self._raw = election.raw
        self._waiting.append(place)
        self.given += 1
        if len(self._waiting) >= BATCH:
            self._send()

    def _send(self) -> None:
        given, self._waiting = self._waiting, []
        if self._workers == 1:  # in this process
            self.checked += check_places(self._raw, str(self._path), given)
        else:
            self._running.append((self._ask().submit(check_places, self._raw, str(self._path), given), len(given)))
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
        """The product of the ballots that count, made by all processes."""
        self.finish()
        election = box.ready().election
        places = [(*place_of(position), weight) for _, weight, position in box.counting()]
        total = Tally(election)
        parts = [places[start : start + 256] for start in range(0, len(places), 256)]
        each_with = [election.raw] * len(parts), [str(self._path)] * len(parts), parts
        for each in (map if self._workers == 1 else self._ask().map)(_product, *each_with):
            total.merge(each)
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


def check_places(raw: str, path: str, places: Iterable[Place]) -> int:
    """In a process: check these ballots; the first that does not pass raises Refused."""
    election, number = _election(raw), 0
    with Path(path).open("rb") as file:
        for offset, size in places:
            try:
                check_ballot(election, ballot_of(body_at(file, offset, size)))
            except Refused as refused:
                raise refused.inside(f"ballot at offset {offset}") from None
            number += 1
    return number


def _product(raw: str, path: str, places: Iterable[tuple[int, int, int]]) -> Tally:
    election = _election(raw)
    tally = Tally(election)
    with Path(path).open("rb") as file:
        for offset, size, weight in places:
            tally.add(ballot_of(body_at(file, offset, size)), weight)
    return tally
