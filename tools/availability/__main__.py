"""`make failover-drill`: bring everything up, let people work, kill, say what was lost (nothing) and how long it took.

Ends with 1 when an acknowledged act is lost, an act is there twice, or something was answered as it may not be; with 2
when a program is missing.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools.availability import certificates, looking, needs
from tools.availability.cluster import Cluster
from tools.availability.ledger import judged
from tools.availability.people import Town
from tools.availability.rounds import PLAN, QUIET, Result, Rounds
from tools.availability.running import Processes, free_ports
from tools.availability.site import WAYS, Site
from tools.availability.telling import Report


def main() -> int:
    """Drill, and say what came of it."""
    given = _arguments()
    try:
        programs = needs.found(pooler=given.way == "pgbouncer")
    except needs.Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):  # also where who started it had it ignored
        signal.signal(number, signal.default_int_handler)
    with _place(keep=given.keep) as folder, ExitStack() as stack:
        report = _drilled(given, folder, programs, stack)
    print()
    print(*report.lines(), sep="\n")
    return 0 if report.well else 1


def _drilled(given: argparse.Namespace, folder: Path, programs: dict[str, str], stack: ExitStack) -> Report:
    """Everything up, the rounds, and a look at what is there; `stack` ends what was started."""
    processes, numbers = Processes(folder / "log"), iter(free_ports(24))
    cluster = Cluster(folder, processes, programs, numbers)
    stack.callback(cluster.stop)
    stack.callback(processes.stop)
    begun = time.monotonic()
    cluster.start()
    cluster.make_database()
    _say(f"PostgreSQL stands after {time.monotonic() - begun:.1f} s")
    site = Site(cluster, processes, programs, numbers, way=given.way)
    site.start(given.people)
    _say(f"the register stands after {time.monotonic() - begun:.1f} s at {site.address}")
    town = Town(site.address, cluster.ca, site.var / "demo", given.people)
    stack.callback(lambda: print(*town.ledger.wrong[:20], sep="\n"))
    stack.callback(town.end)
    town.begin(given.teachers)
    results = []
    try:
        for result in _rounds(Rounds(cluster, processes, town.ledger, site.ready), given.only, given.rounds):
            said = f"{result.name}: {result.gap:.1f} s without a write; all stood again {result.whole:.1f} s later"
            _say(f"{said} {result.note}")
            results.append(result)
    except RuntimeError as error:  # what was done until here is told all the same
        town.ledger.surprised(f"the rounds broke off: {error}")
    time.sleep(QUIET)
    used = looking.connections(cluster)
    town.end()
    _say("everybody stopped; each act is looked for")
    verdicts = judged(town.ledger.acts, looking.there(cluster, town))
    again = {each.name: each.starts - 1 for each in processes.known.values() if each.starts > 1}
    return Report(results, verdicts, town.ledger, looking.invariants(site), used, again)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make failover-drill", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[*PLAN, []], help="what to kill; everything when nothing is said")
    parser.add_argument("--rounds", type=int, default=5, help="how often the primary falls")
    parser.add_argument("--teachers", type=int, default=6, help="how many are at work at a time")
    parser.add_argument("--people", type=int, default=1_000, help="how many the demo has")
    parser.add_argument("--way", choices=WAYS, default=WAYS[0], help="how the register finds the primary")
    parser.add_argument("--keep", action="store_true", help="keep the folder with everything's logs")
    return parser.parse_args()


@contextmanager
def _place(*, keep: bool) -> Iterator[Path]:
    """A folder for one drill that the user postgres can pass through; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lr-ha-", dir="/tmp"))
    folder.chmod(0o711)
    for name, mode in (("log", 0o700), ("tls", 0o711)):
        (folder / name).mkdir(mode=mode)
    certificates.make(folder / "tls")
    try:
        yield folder
    finally:
        if keep:
            _say(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _rounds(rounds: Rounds, only: list[str], times: int) -> Iterator[Result]:
    for name, happens in PLAN.items():
        if not only or name in only:
            for _ in range(times if name in ("node", "server") else 1):
                yield happens(rounds)


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
