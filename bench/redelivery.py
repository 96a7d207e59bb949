"""All boards deliver once more: with nothing changed, and with an end in one line of fifty.

Each is done twice, in turns, through the front door as in `bench.delivery`; the times are means.
"""

import argparse

import django

from bench.delivery import deliver_all
from bench.measures import Measure, report


def main() -> None:
    """Measure, in the environment that the harness made."""
    parser = argparse.ArgumentParser(prog="python -m bench.redelivery")
    parser.add_argument("--lines", type=int, default=250_000)
    parser.add_argument("--boards", type=int, default=1_000)
    given = parser.parse_args()
    django.setup()
    deliver_all(given.lines, given.boards)
    same, changed = [], []
    for round_ in (1, 3):
        same.append(deliver_all(given.lines, given.boards, again=round_))
        changed.append(deliver_all(given.lines, given.boards, again=round_ + 1, changed=True))
    what = f"{given.lines:,} lines once more, an end in 2 %"
    note = "peer: with nothing changed; the mean of two, in turns"
    report([Measure("redelivery", what, sum(changed) / 2, 2, "s", sum(same) / 2, note)])


if __name__ == "__main__":
    main()
