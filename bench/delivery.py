"""Delivery of 250,000 lines by 1,000 boards through the front door, against writing its final rows in bulk.

Each board's file goes through `receive` and `deliver`, then `continue_delivery` as the worker does. The time runs from
the first byte to the last commit; making the files is outside it. Memory is the peak of this process, before the peer.
"""

import argparse
import os
import resource
import sys
import time

import django

from bench import boards, copying
from bench.measures import Measure, Progress, report


def main() -> None:
    """Measure, in the environment that the harness made."""
    parser = argparse.ArgumentParser(prog="python -m bench.delivery")
    parser.add_argument("--lines", type=int, default=250_000)
    parser.add_argument("--boards", type=int, default=1_000)
    parser.add_argument("--without-peer", action="store_true", help="for profiling: ours alone")
    given = parser.parse_args()
    django.setup()
    ours = deliver_all(given.lines, given.boards)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    close_database()
    if given.without_peer:
        print(f"{ours:.1f} s, {megabytes:.0f} MB", file=sys.stderr)
        return
    bar = Progress("the same rows in bulk (tables)", len(copying.WRITTEN))
    peer, counts = copying.seconds_to_copy(os.environ["DATABASE_URL"], os.environ["BENCH_PEER_URL"], bar)
    what = f"{given.lines:,} lines, {given.boards:,} boards"
    note = f"{sum(counts.values()):,} rows in {len(counts)} tables"
    report(
        [
            Measure("delivery", what, ours, 4, "s", peer, note),
            Measure("delivery", "peak memory", megabytes, 500, "MB"),
        ]
    )


def deliver_all(lines: int, number: int, *, again: int = 0, changed: bool = False) -> float:
    """The seconds that delivering takes; `again` and `changed` as in `boards.file_of`."""
    from lerarenregister.accounts.permissions import COMMAND  # noqa: PLC0415  (Django must be ready)
    from lerarenregister.kernel import clock  # noqa: PLC0415
    from lerarenregister.register import actions  # noqa: PLC0415
    from lerarenregister.register.rules.institution_files import read  # noqa: PLC0415

    rows = read(boards.institutions_csv(number).encode(), None)
    actions.import_institutions(rows=rows, as_of=clock.now().date().replace(2010), viewer=COMMAND, at=clock.now())
    bar, passed, done = Progress("delivering (lines)", lines), 0.0, 0
    for board in range(number):
        data = boards.file_of(board, lines // number + (board < lines % number), again=again, changed=changed)
        begun = time.perf_counter()
        received = actions.receive(board=boards.number_of(board), chunks=[data], viewer=COMMAND, at=clock.now())
        actions.deliver(delivery=received.delivery, viewer=COMMAND, at=clock.now())
        state = actions.continue_delivery(delivery=received.delivery, at=clock.now())
        passed += time.perf_counter() - begun
        if state != "delivered":
            raise RuntimeError(f"the delivery of board {board} is {state}")
        done += received.lines
        bar(done)
    return passed


def close_database() -> None:
    """Let go of our connection, so that the peer has the machine to itself."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()


if __name__ == "__main__":
    main()
