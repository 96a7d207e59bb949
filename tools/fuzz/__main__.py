"""Fuzz what reads elections: `python -m tools.fuzz` runs every target for FUZZ_SECONDS (30) and fails on what it finds.

`python -m tools.fuzz TARGET` runs one, and `python -m tools.fuzz TARGET FILE` does once more what a file in the folder
of findings (FUZZ_FINDINGS, `var-fuzz`) did. First two faults are planted, which must be found: a fuzzer that finds
nothing proves nothing. Without Atheris it fails, and with PARTIAL=1 it says that nothing was run.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from tools.fuzz.planted import PLANTED
from tools.fuzz.targets import TARGETS

from ballotbox.checks import Refused

ROOT = Path(__file__).resolve().parents[2]
SECONDS_FOR_PLANTED = 120
_COVERED = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")


@dataclass(frozen=True)
class Outcome:
    """What came of a target: `found` are files that do again what was found."""

    target: str
    runs: int
    covered: int
    kept: int
    found: list[Path]
    well: bool
    last_lines: str


def main() -> int:
    """The exit code is 0 when nothing was found, and all that was planted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", choices=TARGETS)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "30")))
    parser.add_argument("--findings", type=Path, default=Path(os.environ.get("FUZZ_FINDINGS", ROOT / "var-fuzz")))
    given = parser.parse_args()
    if given.file:
        return once_more(given.target, given.file)
    if not util.find_spec("atheris"):
        print("NOT RUN: the fuzzer (there is no Atheris for this machine: Linux, x86_64, CPython before 3.14)")
        return 0 if os.environ.get("PARTIAL") == "1" else 1
    return whole([given.target] if given.target else [], given.findings, given.seconds)


def once_more(name: str, file: Path) -> int:
    """Do once what the fuzzer did with these bytes; whatever is raised is shown by Python."""
    try:
        TARGETS[name].run(file.read_bytes())
    except Refused as refused:
        print(f"refused: {refused}")
    else:
        print("taken, and written again alike")
    return 0


def whole(names: list[str], findings: Path, seconds: int) -> int:
    """All targets, or these, as many at a time as there are cores."""
    findings.mkdir(parents=True, exist_ok=True)
    well = True
    with ThreadPoolExecutor(os.cpu_count()) as turns, tempfile.TemporaryDirectory() as aside:
        planted = [
            turns.submit(run, each.target, Path(aside), SECONDS_FOR_PLANTED, planted=name)
            for name, each in PLANTED.items()
        ]
        for future, name in zip(planted, PLANTED, strict=True):
            outcome = future.result()
            seen = bool(outcome.found) and "Different" in outcome.last_lines
            well &= seen
            print(f"{'found' if seen else 'NOT FOUND'}: {name}, planted in {outcome.target}, {outcome.runs:,} runs")
        for outcome in turns.map(lambda name: run(name, findings, seconds), names or list(TARGETS)):
            well &= outcome.well
            told(outcome)
    print("nothing found" if well else f"FAILED: see above; what was found is in {findings}")
    return 0 if well else 1


def told(outcome: Outcome) -> None:
    """Say what came of it."""
    head = f"{outcome.target}: {outcome.runs:,} runs, {outcome.covered:,} places reached, {outcome.kept:,} inputs kept"
    print(head, flush=True)
    if outcome.well:
        return
    print(outcome.last_lines)
    for each in outcome.found:
        print(f"FOUND: {each}\n  once more: PYTHONPATH=src:. .venv/bin/python -m tools.fuzz {outcome.target} {each}")


def run(name: str, findings: Path, seconds: int, *, planted: str = "") -> Outcome:
    """Run a target in a process of its own: libFuzzer ends it."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        command = [sys.executable, "-m", "tools.fuzz.inside", name, str(corpus), str(findings), str(seconds), planted]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    covered = _COVERED.findall(done.stdout)
    runs = re.search(r"stat::number_of_executed_units: (\d+)", done.stdout)
    found = [Path(each) for each in re.findall(r"Test unit written to (\S+)", done.stdout)]
    return Outcome(
        name,
        runs=int(runs[1]) if runs else 0,
        covered=int(covered[-1][0]) if covered else 0,
        kept=int(covered[-1][2]) if covered else 0,
        found=found,
        well=done.returncode == 0 and runs is not None and int(runs[1]) > 0,
        last_lines="\n".join(done.stdout.splitlines()[-40:]),
    )


if __name__ == "__main__":
    sys.exit(main())
