"""`python -m bench [NAME ...] [--databases sqlite postgresql] [--lines N] [--boards M] ...`: run, and print one table.

Every benchmark runs in a process and a database of its own. The results are kept as JSON in `bench/results/`. The exit
code is 1 only when a benchmark crashed: a goal that is not met is said in the table.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.postgres import DURABLE, server

from bench.measures import Measure, table
from bench.places import ROOT, audit_missing, place
from bench.speed import Speed

JOBS = (
    "ballots",
    "delivery",
    "extract",
    "files",
    "guessing",
    "imports",
    "layers",
    "lighthouse",
    "likeness",
    "national",
    "opening",
    "pages",
    "portfolios",
    "redelivery",
    "sealing",
    "start",
    "vault",
)
EMBEDDED = ("ballots", "lighthouse", "national", "start", "vault")
"""What runs once: the demo and the vault bring their own, files need none, and a page looks the same on both."""
NEEDED = {"lighthouse": audit_missing}
"""What is not in the default install says what it needs."""
PRODUCTION = ("imports", "opening", "portfolios")
"""What runs on PostgreSQL alone: no national register runs on an embedded database."""
OPTIONS = {
    "ballots": ("voters",),
    "delivery": ("lines", "boards"),
    "extract": ("teachers", "boards"),
    "guessing": ("answers",),
    "imports": ("share",),
    "likeness": ("teachers",),
    "national": ("teachers", "boards", "entries"),
    "opening": ("teachers", "boards", "minutes"),
    "portfolios": ("teachers", "entries"),
    "redelivery": ("lines", "boards"),
    "start": ("people",),
    "vault": ("teachers",),
}
"""Which options a benchmark takes."""
RESULTS = ROOT / "bench" / "results"


def main() -> int:
    """Run what was asked."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("jobs", nargs="*", metavar="NAME", help=f"of {', '.join(JOBS)}; all when none is given")
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--lines", type=int, default=250_000, help="lines of the delivery")
    parser.add_argument("--boards", type=int, default=1_000, help="boards, of the delivery and of the nation")
    parser.add_argument("--teachers", type=int, default=250_000, help="teachers of the nation")
    parser.add_argument("--entries", type=int, default=10_000_000, help="portfolio entries of the nation")
    parser.add_argument("--minutes", type=float, default=5, help="how long each pace of the opening day is measured")
    parser.add_argument("--share", type=float, default=0.01, help="which part of the nation brings in its portfolio")
    parser.add_argument("--people", type=int, default=2_000, help="people of the demo that is started")
    parser.add_argument("--answers", type=int, default=10_000, help="answers that are timed of each thing to guess")
    parser.add_argument("--voters", type=int, default=250_000, help="voters whose box is held in memory")
    given = parser.parse_args()
    if unknown := set(given.jobs) - set(JOBS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    measures: list[Measure] = []
    beside: list[str] = []
    crashed = False
    with ExitStack() as stack:
        for database in given.databases:
            url = stack.enter_context(server(DURABLE)) if database == "postgresql" else None
            for job in given.jobs or JOBS:
                if job in (EMBEDDED if database == "postgresql" else PRODUCTION):
                    continue
                if job in NEEDED and (needed := NEEDED[job]()):
                    print(f"{job} was not run. {needed}", file=sys.stderr, flush=True)
                    continue
                print(f"{job} on {database}", file=sys.stderr, flush=True)
                with Speed() as speed:
                    found = run(job, url, vars(given))
                beside.append(f"Beside {job} on {database} {speed}.")
                crashed = crashed or found is None
                measures += [Measure(**{**each, "database": database}) for each in found or []]
    print(table(measures), *beside, sep="\n")
    keep(measures)
    return int(crashed)


def run(job: str, url: str | None, given: dict[str, Any]) -> list[dict[str, object]] | None:
    """The measures of one benchmark on one database; None when it crashed."""
    arguments = [f"--{name}={given[name]}" for name in OPTIONS.get(job, ())]
    with place(url, job) as environment, tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [sys.executable, "-m", f"bench.{job}", *arguments]
        done = subprocess.run(command, cwd=ROOT, env={**environment, "BENCH_OUT": out.name}, check=False)
        if done.returncode:
            print(f"{job} crashed", file=sys.stderr)
            return None
        found: list[dict[str, object]] = json.loads(Path(out.name).read_text())
        return found


def keep(measures: list[Measure]) -> None:
    """Keep the results of this run beside those of earlier ones."""
    RESULTS.mkdir(exist_ok=True)
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    rows = [
        {"job": each.job, "what": each.what, "database": each.database, "ours": each.ours, "peer": each.peer}
        | {"unit": each.unit, "goal": each.goal, "ratio": each.ratio, "met": each.met, "note": each.note}
        for each in measures
    ]
    (RESULTS / f"{moment}.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
