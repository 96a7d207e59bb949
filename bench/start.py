"""How long `make run` takes until the first page answers, the second time in a folder: what was loaded is there.

The demo has a database of its own, always SQLite, so this runs once. The first run loads the people, outside the time.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.measures import Measure, Progress, report
from bench.places import ROOT

LIMIT = 3.0
TIMES = 5
TEACHERS = 2_000


def main() -> None:
    """Measure."""
    bar = Progress("starting again", TIMES)
    with tempfile.TemporaryDirectory(prefix="lr-start-") as folder:
        port = _free()
        first = _seconds(Path(folder), port, "--teachers", str(TEACHERS))
        again = []
        for number in range(1, TIMES + 1):
            again.append(_seconds(Path(folder), port))
            bar(number)
    note = f"slowest of {TIMES}; the first run took {first:.1f} s with {TEACHERS:,} people"
    report([Measure("start", "second start, until the page", max(again), LIMIT, "s", note=note)])


def _seconds(folder: Path, port: int, *arguments: str) -> float:
    """From the command until the first page answers; the run is ended afterwards."""
    environment = {**os.environ, "VAR": str(folder)}
    command = [sys.executable, "-m", "demo.run", "--port", str(port), *arguments]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise RuntimeError("the run ended by itself")
            time.sleep(0.01)
        return time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, http.client.HTTPException):  # a port where nobody listens yet may answer itself
        return False


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
