"""`ballotbox merge`: the reports of parts that several machines checked, put together."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ballotbox.box import Stage
from ballotbox.checks import plain
from ballotbox.command.io import Wrong, value
from ballotbox.command.report import election_lines, result_lines
from ballotbox.command.sentences import ENGLISH, LANGUAGES, usual

_SAME = (
    *("election", "uuid", "fingerprint", "credentials", "trustees", "questions"),
    *("height", "head", "stage", "voters", "ballots", "ballots_counted", "result"),
)
"""What each part must say alike: they looked at one archive."""


def parser(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("reports", type=Path, nargs="+", help="what `verify --part I/N --json` printed")
    parser.add_argument("--require-result", action="store_true", help="an earlier stage than a result is not enough")
    parser.add_argument("--language", choices=LANGUAGES, default=usual(), help="of the report for people")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """0 only when every part is there, passed, and was of the same archive."""
    reports, language = [(str(path), value(path)) for path in given.reports], LANGUAGES[given.language]
    if wrong := merged(reports):
        print("\n".join(language.invalid.format(plain(each)) for each in wrong))
        return 1
    about = reports[0][1]
    short = given.require_result and about["stage"] != Stage.COUNTED
    lacking = language.not_enough.format(language.no_result.format(language.stages[Stage(about["stage"])]))
    print("\n".join([lacking if short else language.passed, "", *election_lines(about, language), ""]))
    print(language.merged.format(language.number(len(reports)), language.number(about["ballots"])))
    print("\n".join(result_lines(about, language)))
    return 1 if short else 0


def merged(reports: Sequence[tuple[str, Any]]) -> list[str]:
    """What is wrong in these reports, each with its name; nothing when together they are one check. Raises Wrong."""
    found = [(name, _report(name, each)) for name, each in reports]
    first_name, first = found[0]
    wrong = [f"{name} did not pass" for name, each in found if each["passed"] is not True]
    for name, each in found:
        wrong += [f"{name} has another {field} than {first_name}" for field in _SAME if each[field] != first[field]]
    of = first["part"][1]
    if len(found) != of or sorted(each["part"] for _, each in found) != [[n, of] for n in range(1, of + 1)]:
        wrong.append(f"there must be each of the {of} parts, once")
    checked = sum(each["ballots_checked"] for _, each in found)
    if not wrong and checked != first["ballots"]:
        wrong.append(f"{checked:,} of {first['ballots']:,} ballots were checked")
    return wrong


def _report(name: str, found: Any) -> dict[str, Any]:
    needed = {*_SAME, "passed", "part", "ballots_checked"}
    if not isinstance(found, dict) or not needed <= set(found):
        raise Wrong(f"{name} is no report of verify --json")
    part = found["part"]
    if not (isinstance(part, list) and len(part) == 2 and all(map(_count, part))):
        raise Wrong(f"{name} says no part")
    if not (_count(found["ballots"]) and _count(found["ballots_checked"])):
        raise Wrong(f"{name} does not say how many ballots")
    try:
        [*election_lines(found, ENGLISH), *result_lines(found, ENGLISH)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Wrong(f"{name} is no report of verify --json") from error
    return found


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
