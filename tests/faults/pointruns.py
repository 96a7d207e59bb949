"""Point runs: one act in a process of its own on a copy of the world; a fault strikes it at a numbered point."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from typing import TypeVar

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django_tasks_db.models import DBTaskResult

from lerarenregister.jobs.invariants import INVARIANTS, snapshot
from lerarenregister.jobs.outbox import sending
from lerarenregister.jobs.portfolio import due as portfolio_due
from lerarenregister.jobs.register import due
from lerarenregister.kernel import clock
from tests.faults import more_cases, points, register_cases  # noqa: F401  (which bring their cases)
from tests.faults.case import CASES, Case
from tests.faults.cases import worked
from tests.faults.events import Events, different_events, events, since, wrong_at_once
from tests.faults.points import Struck
from tests.faults.world import World, begin_anew, left_over, use_vault

TWICE, CLOCK = "twice", "clock"
SEALER_WAITS = "an event waits too long for its place in the log"
"""Said at once of an event whose clock was behind: it seems old. Sealed, it stays so no more."""
NOTHING = "nothing was struck"
"""Said of a run that proves nothing: the process ended before the point at which its fault was to happen."""
ENDINGS = {
    "sqlite": (points.KILL, points.TORN, points.FULL, points.PAGES),
    "postgresql": (points.KILL, points.FULL, points.BROKEN),
}
_UNCOUNTED = ("django_session", "django_tasks", "accounts_signedinsession", "audit_", "upkeep_", "sqlite_", "pg_")
T = TypeVar("T")
RETRIES = 4
SECONDS = 45
"""An act that takes longer stands still: its process is ended, and that shows as SIGALRM."""
INTERRUPTED = timedelta(hours=7)
"""So long after a fault, a reception that was cut off has been closed, and a mail that was not sent is tried again."""
FORGOTTEN = timedelta(days=3)
"""So long after a fault, the daily work has removed files that no entry names, and copies that nobody can open."""


@dataclass
class Run:
    """One act, one fault, and what was wrong afterwards."""

    case: str
    fault: str
    number: int | None = None
    room: int = 0
    seconds: int = 0
    place: str = ""
    ended: str = ""
    told: bool = False
    struck: bool = True
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = f" at point {self.number} ({self.place})" if self.number is not None else ""
        by = f" by {self.seconds} s" if self.fault == CLOCK else ""
        told = ("acknowledged" if self.told else "not acknowledged") + ("" if self.struck else f", {NOTHING}")
        return f"{self.case}: {self.fault}{by}{where}; {self.ended}, {told}" + "".join(
            f"\n    {each}" for each in self.wrong
        )


@dataclass(frozen=True)
class Ended:
    """How a process that did an act ended: whether it was killed, acknowledged, struck, and the points it passed."""

    how: str
    told: bool
    struck: bool
    passed: tuple[str, ...]


def in_a_process(case: Case, struck: Struck, *, skew: int = 0) -> Callable[[], Ended]:
    """Do the act in a process of its own, with the fault; call what is returned to wait for its end."""
    connections.close_all()
    use_vault(settings.VAULT_FOLDER)
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _do(case, struck, skew, writing)
    os.close(writing)

    def wait() -> Ended:
        late = threading.Timer(SECONDS, os.kill, (process, signal.SIGALRM))
        late.start()
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        status = os.waitpid(process, 0)[1]
        late.cancel()
        late.join()
        lines = [json.loads(line) for line in said.splitlines()]
        last = lines[-1] if lines and "told" in lines[-1] else {}
        how = (
            f"killed ({signal.Signals(os.WTERMSIG(status)).name})"
            if os.WIFSIGNALED(status)
            else last.get("how", "gone")
        )
        return Ended(
            how, last.get("told", False), any("struck" in line for line in lines), tuple(last.get("passed", ()))
        )

    return wait


def _do(case: Case, struck: Struck, skew: int, writing: int) -> None:
    """In the process that may be killed."""
    told, how = False, "answered"
    try:
        struck.tell = lambda: os.write(writing, b'{"struck": 1}\n')
        if skew:
            points.skew(timedelta(seconds=skew))
        points.arm(struck)
        with redirect_stdout(StringIO()):
            told = case.send()
    except BaseException as error:
        how = f"ended by {type(error).__name__}"
    finally:
        points.arm(None)
        os.write(writing, json.dumps({"told": told, "how": how, "passed": struck.passed}).encode() + b"\n")
        os._exit(0)


_passed: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Usual:
    """What an act leaves when nothing goes wrong: its own events, all events and rows a few days later."""

    acted: Events
    events: Events
    rows: dict[str, int]


_usual: dict[str, Usual] = {}


def measured(name: str, world: World) -> int:
    """How many points the act has; the rows that it leaves are kept to compare with."""
    if name not in _passed:
        begin_anew()
        case = CASES[name](world)
        looked, before = case.seen(), events()
        ended = in_a_process(case, Struck())()
        acted = since(before)
        recover()
        if not ended.told or (looked, case.seen()) != (case.before, 1):
            raise RuntimeError(f"{name} does not work without a fault: {ended.how}; {looked}, then {case.seen()}")
        if case.private and acted:
            raise RuntimeError(f"{name} is of a portfolio, and the common log tells of it: {', '.join(acted)}")
        days_later()
        _passed[name], _usual[name] = ended.passed, Usual(acted, since(before), rows())
    return len(_passed[name])


def run(asked: Run, world: World) -> Run:
    """Do it; what was wrong stands in the run."""
    measured(asked.case, world)
    asked.place = _passed[asked.case][asked.number] if asked.number is not None else ""
    begin_anew()
    case = CASES[asked.case](world)
    before, struck = events(), Struck(asked.fault, asked.number, asked.room)
    if asked.fault == TWICE:
        both = [in_a_process(case, Struck()) for _ in range(2)]
        ends = [wait() for wait in both]
        asked.ended, asked.told = " and ".join(each.how for each in ends), any(each.told for each in ends)
    else:
        ended = in_a_process(case, struck, skew=asked.seconds)()
        asked.ended, asked.told = ended.how, ended.told
        asked.struck = ended.struck or asked.fault == CLOCK
    asked.wrong += _afterwards(case, asked, before)
    connections.close_all()
    return asked


def _afterwards(case: Case, run: Run, before: Events) -> Iterator[str]:
    """What is wrong: at once, and when the house was started again and she sent the same once more."""
    wait_for_database()
    came, usual = until_it_recovered(lambda: since(before)), _usual[run.case]
    known = case.mended | ({SEALER_WAITS} if run.fault == CLOCK else set())
    yield from (f"at once: {each}" for each in until_it_recovered(findings) if not _is(each, known))
    if run.fault == CLOCK:
        case.renew()
    there = yield from _looked(case, least=int(run.told and not case.later), when="at once")
    yield from wrong_at_once(case, came, usual.acted, there=there > 0, told=run.told)
    recover()
    for _ in range(RETRIES):
        # Always in a process of its own: what starts threads in this one would make the next fork stand still.
        again = in_a_process(case, Struck())()
        if again.told:
            break
        wait_for_database()
    else:
        yield f"sent again it was not acknowledged: {again.how}"
    recover()
    days_later()
    yield from _looked(case, least=1, when="in the end")
    yield from different_events(since(before), usual.events, case.again)
    yield from (f"invariants: {each}" for each in findings())
    yield from (f"left over: {each}" for each in left_over())
    yield from different(rows(), usual.rows, case.again)
    due.resume(clock.now() + INTERRUPTED)
    if DBTaskResult.objects.running().exists():
        yield "a task was begun and never ended"


def _is(finding: str, known: frozenset[str]) -> bool:
    return any(each in finding for each in known)


def different(present: dict[str, int], usual: dict[str, int], again: Collection[str]) -> Iterator[str]:
    """Tables that have other numbers of rows than when nothing goes wrong."""
    for table in sorted(present.keys() | usual.keys()):
        if present.get(table, 0) != usual.get(table, 0) and table not in again:
            yield f"{table} has {present.get(table, 0)} rows, and {usual.get(table, 0)} when nothing goes wrong"


def days_later() -> None:
    """The daily work of some days later: what was cut off is given up, what nobody names is removed."""
    due.destroy(clock.now() + INTERRUPTED)
    sending.send_due(clock.now() + INTERRUPTED)
    portfolio_due.destroy(clock.now() + FORGOTTEN)


def _looked(case: Case, *, least: int, when: str) -> Generator[str, None, int]:
    """What is wrong with how often it is there; returns how often."""
    count = 0
    try:
        count = until_it_recovered(case.seen)
    except Exception as error:
        yield f"{when}: {type(error).__name__}: {error}"
    else:
        if not least <= count <= 1:
            yield f"{when} it is there {count} times" + (", and it was acknowledged" if least else "")
    return count


def recover() -> None:
    """What a supervisor does after a fault: everything runs again, to the end of what waits."""

    def all_of_it() -> None:
        call_command("run_due", verbosity=0)
        worked()
        call_command("seal", verbosity=0)

    with redirect_stdout(StringIO()):
        until_it_recovered(all_of_it)


def until_it_recovered(what: Callable[[], T]) -> T:
    """Do this. A server whose disk was full ends all connections a moment later: then again, when it has recovered."""
    for _ in range(12 if connection.vendor == "postgresql" else 0):
        try:
            return what()
        except (Exception, SystemExit):
            connections.close_all()
            time.sleep(0.25)
            wait_for_database()
    return what()


def findings(*, but: str = "") -> list[str]:
    """What may never be, but for one part of it."""
    found = []
    for part in (each for each in INVARIANTS if each.name != but):
        with snapshot():
            found += [f"{part.name}: {each}" for each in part.broken(clock.now())]
    return found


def rows() -> dict[str, int]:
    """How many rows each table has; without sessions, the log (looking is in it) and the work's own notes."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith(_UNCOUNTED)]
        counted = {}
        for table in tables:
            only = " WHERE state <> 'refused'" if table == "register_delivery" else ""  # a file that was cut off
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}{only}")
            counted[table] = cursor.fetchone()[0]
    return counted


def wait_for_database() -> None:
    """A server whose disk was full begins again by itself, and recovers."""
    deadline = time.monotonic() + 20
    while True:
        try:
            connection.ensure_connection()
        except DatabaseError:
            if time.monotonic() > deadline:
                raise
            connections.close_all()
            time.sleep(0.05)
        else:
            return
