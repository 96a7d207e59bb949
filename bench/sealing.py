"""Sealing at 500 acts a second: from act to signed head, what the sealer costs acts, how long it holds the lock.

Paced writers (two threads here) perform acts as actions do: one event with one subject in a transaction of its own. The
sealer is another process running `manage.py seal --every` with its own defaults, instrumented in `bench.sealer`. Phases
with and without it take turns; what a phase without it left is sealed before the next begins. From act to signed head
is from the event's moment to the end of the commit of the first head that covers it.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import django

from bench.measures import Measure, Progress, percentile, report
from bench.places import ROOT

RATE, SECONDS, PAIRS, WRITERS = 500, 12.0, 3, 2
PREPARE = 4.0


@dataclass(frozen=True, slots=True)
class Commit:
    """A transaction of the sealer: the size of its head, when it held the lock (seconds) and until which moment."""

    size: int
    held: float
    until: float


def main() -> None:
    """Measure, in the environment that the harness made."""
    django.setup()
    bar = Progress(f"{RATE} acts a second", PAIRS * 2)
    alone: list[float] = []
    sealed: list[float] = []
    commits: list[Commit] = []
    waits: list[float] = []
    act_for(PREPARE)
    seal_all()
    for pair in range(PAIRS):
        alone += act_for(SECONDS)
        seal_all()
        bar(2 * pair + 1)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "commits.json"
            process = start_sealer(out)
            try:
                act_for(PREPARE)
                since = time.time()
                sealed += act_for(SECONDS)
                wait_until_sealed()
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
            found = [Commit(*each) for each in json.loads(out.read_text())]
        commits += found
        waits += waits_since(since, found)
        bar(2 * pair + 2)
    report(measures(alone, sealed, waits, commits))


def measures(alone: list[float], sealed: list[float], waits: list[float], commits: list[Commit]) -> list[Measure]:
    """What was found, against the goals of this database."""
    from django.db import connection  # noqa: PLC0415

    rate = len(sealed) / (SECONDS * PAIRS)
    found = [Measure("sealing", "act to signed head, p99", percentile(waits, 0.99), 5, "s", None, f"{rate:.0f} acts/s")]
    held = [each.held * 1e3 for each in commits]
    ours, peer = percentile(sealed, 0.99) * 1e3, percentile(alone, 0.99) * 1e3
    medians = f"medians {statistics.median(sealed) * 1e3:.1f} and {statistics.median(alone) * 1e3:.1f} ms"
    if connection.vendor == "postgresql":
        return [*found, Measure("sealing", "act beside the sealer, p99", ours, 1.3, "ms", peer, medians)]
    note = f"median {statistics.median(held):.1f} ms, {len(held)} transactions; act p99 {ours:.1f} ({peer:.1f}) ms"
    return [*found, Measure("sealing", "sealer holds the write lock, longest", max(held), 50, "ms", None, note)]


def act_for(seconds: float) -> list[float]:
    """Act at the pace for so long; how long each act took, in seconds."""
    with ThreadPoolExecutor(WRITERS) as writers:
        begun = time.perf_counter() + 0.05
        found = [writers.submit(act, begun + writer / RATE, seconds) for writer in range(WRITERS)]
        return [each for one in found for each in one.result()]


def act(begun: float, seconds: float) -> list[float]:
    """One writer's share of the acts. Acts that come late are not skipped."""
    from django.db import connection, transaction  # noqa: PLC0415  (Django must be ready)

    from lerarenregister.accounts.events import SignedOut  # noqa: PLC0415
    from lerarenregister.audit.actions import record  # noqa: PLC0415
    from lerarenregister.audit.events import Actor  # noqa: PLC0415
    from lerarenregister.kernel import clock  # noqa: PLC0415
    from lerarenregister.kernel.identifiers import new_id  # noqa: PLC0415

    took: list[float] = []
    account = new_id()
    actor = Actor(account, "teacher")
    connection.ensure_connection()
    for number in range(int(seconds * RATE / WRITERS)):
        time.sleep(max(0.0, begun + number * WRITERS / RATE - time.perf_counter()))
        started = time.perf_counter()
        if started - begun > seconds:
            break
        at = clock.now()
        with transaction.atomic():
            record(SignedOut([new_id()]), actor=actor, at=at, subjects=[account])
        took.append(time.perf_counter() - started)
    connection.close()
    return took


def seal_all() -> None:
    """Seal what waits, in this process."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("seal")
    while log_size() < events():
        call_command("seal")


def log_size() -> int:
    """How many events are sealed."""
    from lerarenregister.audit.queries import log_state  # noqa: PLC0415

    return log_state().size


def events() -> int:
    """How many events there are."""
    from lerarenregister.audit.queries import log_state  # noqa: PLC0415

    state = log_state()
    return state.size + state.unsealed


def wait_until_sealed() -> None:
    """Until nothing waits; raises TimeoutError after half a minute."""
    deadline = time.monotonic() + 30
    while log_size() < events():
        if time.monotonic() > deadline:
            raise TimeoutError("the sealer does not keep up")
        time.sleep(0.2)


def start_sealer(out: Path) -> subprocess.Popen[bytes]:
    """The sealer as a process of its own; it writes its transactions to `out` when it is asked to stop."""
    command = [sys.executable, "-m", "bench.sealer", str(out)]
    return subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))


def waits_since(moment: float, commits: list[Commit]) -> list[float]:
    """Seconds from the moment of each event since then to the commit of the head that covers it."""
    from lerarenregister.audit.models import AuditEvent  # noqa: PLC0415  (no query shows single events, on purpose)

    begun = datetime.fromtimestamp(moment, UTC)
    rows = AuditEvent.objects.filter(at__gte=begun).order_by("leaf_index").values_list("leaf_index", "at")
    heads = iter(commits)
    head = next(heads)
    found = []
    for index, at in rows:
        while index is not None and head.size <= index:
            head = next(heads)
        found.append(head.until - at.timestamp())
    return found


if __name__ == "__main__":
    main()
