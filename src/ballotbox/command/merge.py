"""`ballotbox merge`: the reports of parts that several machines checked, put together."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from ballotbox.command.io import Wrong, value

_SAME = ("fingerprint", "height", "head", "stage", "voters", "ballots", "ballots_counted", "result")
"""What each part must say alike: they looked at one archive."""


def parser(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("reports", type=Path, nargs="+", help="what `verify --part I/N --json` printed")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """0 only when every part is there, passed, and was of the same archive."""
    reports = [_report(path) for path in given.reports]
    first = reports[0]
    wrong = [f"{path} did not pass" for path, each in zip(given.reports, reports, strict=True) if not each["passed"]]
    for path, each in zip(given.reports, reports, strict=True):
        wrong += [f"{path} has another {name} than {given.reports[0]}" for name in _SAME if each[name] != first[name]]
    parts = sorted(tuple(each["part"]) for each in reports)
    of = first["part"][1]
    if parts != [(number, of) for number in range(1, of + 1)]:
        wrong.append(f"there must be each of the {of} parts, once")
    checked = sum(each["ballots_checked"] for each in reports)
    if not wrong and checked != first["ballots"]:
        wrong.append(f"{checked:,} of {first['ballots']:,} ballots were checked")
    if wrong:
        print("\n".join(f"NOT VALID: {each}" for each in wrong))
        return 1
    print(f"All {of} parts passed: every proof of {checked:,} ballots was checked.")
    print(f"Last event: {first['height']}/{first['head']}")
    return 0


def _report(path: Path) -> dict[str, Any]:
    found = value(path)
    needed = {*_SAME, "passed", "part", "ballots_checked"}
    if not isinstance(found, dict) or not needed <= set(found):
        raise Wrong(f"{path} is no report of verify --json")
    part = found["part"]
    if not (isinstance(part, list) and len(part) == 2 and all(isinstance(each, int) for each in part)):
        raise Wrong(f"{path} says no part")
    return found
