"""Run the fault harness: `python -m tools.faults 500`, or one seed again: `SEED=123 make deep`.

Even seeds run on SQLite and odd ones on PostgreSQL, at the same time. Ends with 1 when after any of them something was
lost, half done, done twice or left over; docs/explanation/failure.md says what is looked at.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import IO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools import postgres

ROOT = Path(__file__).resolve().parents[1]
MISSED, ENDING, CUT_OFF = "that struck nothing", "faults that end an act", "acts cut off before their answer"
FEWEST, MOST_MISSED, LEAST_CUT_OFF = 30, 0.1, 0.5
"""With so many seeds or more: at most this part of them may strike nothing, and at least this part of the faults that
are to end an act must have kept it from being acknowledged."""
_ENDS = re.compile(r": [a-z_]+: (kill|torn|full|pages|broken) at point")
_LINE = re.compile(r"^(NOT WELL )?seed \d+: (house|[a-z_]+): ")


def main() -> int:
    """Run them, say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="?", type=int, default=30, help="how many seeds, from --first on")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--quiet", action="store_true", help="say only what is not well")
    given = parser.parse_args()
    asked = os.environ.get("SEED", "")
    seeds = [int(asked)] if asked else list(range(given.first, given.first + given.seeds))
    by_database = {"sqlite": [s for s in seeds if s % 2 == 0], "postgresql": [s for s in seeds if s % 2]}
    if by_database["postgresql"] and postgres.binaries() is None:
        postgres.install()
    begun, ways = time.monotonic(), list(_started(by_database).items())
    counts: Counter[str] = Counter()
    well = True
    turn = threading.Lock()

    def listen(database: str, process: "subprocess.Popen[str]") -> None:
        for line in process.stdout or ():
            with turn:
                _told(line, database, counts, quiet=given.quiet)

    listening = [threading.Thread(target=listen, args=way) for way in ways]
    for each in listening:
        each.start()
    for (_, process), each in zip(ways, listening, strict=True):
        each.join()
        well &= process.wait() == 0
    said = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    done = sum(count for kind, count in counts.items() if " runs on " in kind)
    well &= done == len(seeds)
    for shortfall in proves_too_little(counts, done):
        print(f"NOT WELL: {shortfall}")
        well = False
    print(
        f"{'well' if well else 'NOT WELL'}: {done} of {len(seeds)} seeds in {time.monotonic() - begun:.0f} s ({said})"
    )
    return 0 if well else 1


def proves_too_little(counts: Mapping[str, int], done: int) -> list[str]:
    """What is wrong when too few of these seeds struck: a run that nothing happened to proves nothing. Of fewer seeds
    nothing is asked: all of them may be of those whose fault comes too late."""
    if done < FEWEST:
        return []
    found, missed, endings = [], counts.get(MISSED, 0), counts.get(ENDING, 0)
    if missed > done * MOST_MISSED:
        found.append(f"{missed} of {done} seeds struck nothing")
    if counts.get(CUT_OFF, 0) < endings * LEAST_CUT_OFF:
        found.append(f"{counts.get(CUT_OFF, 0)} of {endings} faults that end an act kept it from being acknowledged")
    return found


def _started(by_database: dict[str, list[int]]) -> dict[str, "subprocess.Popen[str]"]:
    """A process for each database."""
    started = {}
    for database, seeds in by_database.items():
        if not seeds:
            continue
        command = [sys.executable, "-W", "ignore", "-m", "tests.faults", database, *map(str, seeds)]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        started[database] = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    return started


def _told(line: str, database: str, counts: Counter[str], *, quiet: bool, to: IO[str] = sys.stdout) -> None:
    found = _LINE.match(line)
    if found:
        counts[f"{'house' if found[2] == 'house' else 'point'} runs on {database}"] += 1
        counts["not well"] += bool(found[1])
        ends = bool(_ENDS.search(line))
        counts[ENDING] += ends
        counts[CUT_OFF] += ends and "not acknowledged" in line
        counts[MISSED] += "nothing was struck" in line
    if not quiet or not found or found[1]:
        to.write(line)
        to.flush()


if __name__ == "__main__":
    sys.exit(main())
