"""How long `make run` takes until the first page answers, the second time in a folder: what was loaded is there.

The demo has a database of its own, always SQLite, so this runs once. The first run loads the people: its time, memory
and room on the disk are measured when there are many of them (`--people 250000`), and so is finding one of them on the
page where a visitor chooses who to be.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.loading import BYTES_EACH, LARGE, PER_SECOND

from bench.measures import Measure, Progress, percentile, report
from bench.places import ROOT
from bench.processes import Watch, free_ports

LIMIT = 3.0
TIMES = 5
SEARCHES = ("berg", "anna de", "p000123", "zeynep yılmaz", "bestaat niet")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    people = parser.parse_args().people
    bar = Progress("starting again", TIMES)
    with tempfile.TemporaryDirectory(prefix="lr-start-", ignore_cleanup_errors=True) as temporary:
        folder, port, again, searched = Path(temporary), free_ports(1)[0], [], [0.0]
        with _running(folder, port, "--teachers", str(people)) as (first, memory):
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for number in range(1, TIMES + 1):
            with _running(folder, port) as (seconds, _):
                again.append(seconds)
                if number == TIMES and people >= LARGE:
                    searched = list(_searches(folder))
            bar(number)
    note = f"slowest of {TIMES}; the first run took {first:.1f} s with {people:,} people"
    measures = [Measure("start", "second start, until the page", max(again), LIMIT, "s", note=note)]
    if people >= LARGE:
        slowest = f"the first, while it may still be reading them, {searched[0] * 1e3:.0f} ms"
        measures += [
            Measure(
                "start", f"first start with {people:,} people", first, people / PER_SECOND, "s", note="as foretold"
            ),
            Measure("start", "all its processes, most memory", memory / 2**20, 1_500, "MiB"),
            Measure("start", "on the disk", size / 1e9, people * BYTES_EACH / 1e9, "GB", note="as foretold"),
            Measure("start", "finding somebody, p95", percentile(searched[1:], 0.95) * 1e3, 300, "ms", note=slowest),
        ]
    report(measures)


@contextmanager
def _running(folder: Path, port: int, *arguments: str) -> Iterator[tuple[float, int]]:
    """A run: the seconds from the command until the first page answers, and the most memory until then, in bytes."""
    environment = {**os.environ, "VAR": str(folder)}
    command = [sys.executable, "-m", "demo.run", "--port", str(port), *arguments]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    watch = Watch({"demo": [process.pid]}) if arguments else None
    try:
        while not _answers(f"http://localhost:{port}/"):
            if process.poll() is not None:
                raise RuntimeError("the run ended by itself")
            time.sleep(0.01)
        yield time.perf_counter() - begun, watch.end().peak if watch else 0
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _searches(folder: Path) -> Iterator[float]:
    """The seconds of each search at the provider."""
    issuer = json.loads((folder / "demo" / "eid.json").read_text())["issuer"]
    while not _answers(f"{issuer}/jwks"):
        time.sleep(0.01)
    for _ in range(5):
        for words in SEARCHES:
            begun = time.perf_counter()
            if not _answers(f"{issuer}/?{urllib.parse.urlencode({'zoek': words})}"):
                raise RuntimeError("the page of the people does not answer")
            yield time.perf_counter() - begun


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return bool(response.status == 200 and response.read())
    except (OSError, http.client.HTTPException):  # a port where nobody listens yet may answer itself
        return False


if __name__ == "__main__":
    main()
