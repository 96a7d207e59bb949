"""Finding who is in the register twice: how often it is right, on a generated set with known truth, and how fast.

All are compared with all in memory (`rules.likeness.blocks` says who with whom), beside splink when that is installed;
and one is looked for among all in the database. What needs no database is measured once, beside SQLite.
"""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from bench import likeness_peer, likeness_rows
from bench.likeness_truth import Record, pairs_of, people
from bench.measures import Measure, Progress, report
from lerarenregister.register.rules.likeness import Likeness, blocks, likeness

Pair = tuple[int, int]
_JOB = "likeness"


def main() -> None:
    """Measure, in the environment that the harness made."""
    parser = argparse.ArgumentParser(prog="python -m bench.likeness")
    parser.add_argument("--teachers", type=int, default=250_000)
    given = parser.parse_args()
    records = people(given.teachers)
    of_board, mean, most = likeness_rows.milliseconds(records)
    among = f"among {given.teachers:,} who are registered"
    stored = [
        Measure(
            _JOB, f"a line of a delivery, {among}", of_board, 5, "ms", note="a board whose people all have an account"
        ),
        Measure(_JOB, f"an activation, {among}", mean, 20, "ms", note=f"once for a person; p95 {most:.1f} ms"),
    ]
    if not os.environ["DATABASE_URL"].startswith("sqlite"):
        report(stored)
        return
    truth = set(pairs_of(records))
    began = time.perf_counter()
    found = compared(records)
    seconds = time.perf_counter() - began
    what = f"{given.teachers:,} people, {len(truth):,} of them twice"
    measures = [*stored, Measure(_JOB, f"all with all, {what}", seconds, 300, "s")]
    measures += quality("plain rules", records, truth, found)
    if likeness_peer.installed():
        theirs, took = likeness_peer.found_by_splink(records, threshold=0.9)
        by_splink = dict.fromkeys(theirs, Likeness.POSSIBLE)
        measures += [Measure(_JOB, "splink: all with all, with training", took, 300, "s")]
        measures += quality("splink", records, truth, by_splink)
    report(measures)


def compared(records: Sequence[Record]) -> dict[Pair, Likeness]:
    """The pairs of places that are the same or possibly so."""
    by_block: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, each in enumerate(records):
        for block in set(blocks(each.someone)):
            by_block[block].append(place)
    bar, found = Progress("comparing (blocks)", len(by_block)), dict[Pair, Likeness]()
    seen = set[Pair]()
    for done, places in enumerate(by_block.values()):
        for pair in _pairs(places):
            if pair in seen:
                continue
            seen.add(pair)
            sure = likeness(records[pair[0]].someone, records[pair[1]].someone).likeness
            if sure is not Likeness.DIFFERENT:
                found[pair] = sure
        bar(done + 1)
    return found


def _pairs(places: Sequence[int]) -> Iterator[Pair]:
    for here, one in enumerate(places):
        for other in places[here + 1 :]:
            yield one, other


def quality(who: str, records: Sequence[Record], truth: Collection[Pair], found: dict[Pair, Likeness]) -> list[Measure]:
    """How much of what was found is wrong and how much was missed: at one board, and over all."""

    def at_one_board(pair: Pair) -> bool:
        return records[pair[0]].someone.board == records[pair[1]].someone.board

    measures = []
    near, there = {pair for pair in found if at_one_board(pair)}, {pair for pair in truth if at_one_board(pair)}
    same = {pair for pair, sure in found.items() if sure is Likeness.SAME}
    for scope, pairs, right, bounds in (
        ("at one board", near, there, (2, 6)),
        ("over all", set(found), set(truth), (6, 8)),
        ("over all, only the same", same, set(truth), (2, 30)),
    ):
        if not pairs:
            continue
        precision, recall = len(pairs & right) / len(pairs), len(pairs & right) / len(right)
        note = f"precision {precision:.3f}, recall {recall:.3f}"
        measures += [
            Measure(_JOB, f"{who}, {scope}: wrong of what was found", 100 * (1 - precision), bounds[0], "%", note=note),
            Measure(_JOB, f"{who}, {scope}: missed", 100 * (1 - recall), bounds[1], "%", note=note),
        ]
    return measures


if __name__ == "__main__":
    main()
