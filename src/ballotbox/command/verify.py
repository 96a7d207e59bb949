"""`ballotbox verify`: anybody checks an election, and reads what that proves and what not."""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path

from ballotbox.archive import Reader
from ballotbox.box import Box, Stage
from ballotbox.checks import Refused
from ballotbox.command.beside import check_beside
from ballotbox.command.io import say
from ballotbox.command.report import Findings, as_json, said
from ballotbox.command.sentences import LANGUAGES, Sentences, usual
from ballotbox.verifying import WHOLE, Part, Report, events_in, verify


def _part(given: str) -> Part:
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", given)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ArgumentTypeError("I/N, such as 2/4")
    return Part(int(found[1]), int(found[2]))


def _at_least(given: str) -> tuple[int, str]:
    found = re.fullmatch(r"([0-9]{1,15})/([0-9a-f]{64})", given)
    if found is None:
        raise ArgumentTypeError("HEIGHT/HASH of an event, as `archive add` and `verify` say it")
    return int(found[1]), found[2]


def parser(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("archive", type=Path)
    parser.add_argument("--require-result", action="store_true", help="an earlier stage than a result is not enough")
    parser.add_argument("--at-least", type=_at_least, metavar="HEIGHT/HASH", help="this event must stand in it")
    parser.add_argument("--diff", type=Path, metavar="OLD", help="nothing of this earlier archive was removed")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="go on where this stopped, and keep in it where this run stops: the next checks only what is new",
    )
    parser.add_argument(
        "--supplement", type=Path, action="append", default=[], help="proofs of decryption over the full statement"
    )
    parser.add_argument(
        "--part", type=_part, default=WHOLE, metavar="I/N", help="check the I-th of N shares: see merge"
    )
    parser.add_argument("--cores", type=int, help="processes that check ballots (default: all cores)")
    parser.add_argument("--json", action="store_true", help="the report for machines")
    parser.add_argument("--language", choices=LANGUAGES, default=usual(), help="of the report for people")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the report; 0 only when all was checked and passed."""
    told, language = (_progress if sys.stderr.isatty() else _nothing), LANGUAGES[given.language]
    report, box = verify(given.archive, cores=given.cores, told=told, part=given.part, checkpoint=given.checkpoint)
    if told is _progress:
        say("")
    missing = [] if report.refused else list(_missing(given, report, box, language))
    for path in [] if report.refused else given.supplement:
        check_beside(path, box)
    found = Findings(report, box, missing, given.part, len(given.supplement))
    print(json.dumps(as_json(found)) if given.json else "\n".join(said(found, language)))
    return 0 if found.passed else 1


def _nothing(read: int, checked: int) -> None:
    pass


def _progress(read: int, checked: int) -> None:
    print(f"\r{checked:,} of {read:,} ballots checked", end="", file=sys.stderr, flush=True)


def _missing(given: Namespace, report: Report, box: Box, language: Sentences) -> Iterator[str]:
    """What was asked for and is not there. Raises Refused when the earlier archive can not be read."""
    if given.require_result and report.stage is not Stage.COUNTED:
        yield language.no_result.format(language.stages[report.stage])
    for height, event_hash in [given.at_least] if given.at_least else []:
        if not box.has(height, event_hash):
            yield language.not_in_it.format(f"{height}/{event_hash}")
    if given.diff is not None and (first := _removed(given.diff, box)):
        yield language.not_in_it.format(first)


def _removed(earlier: Path, box: Box) -> str:
    """The first event of an earlier archive that is not in the one that was verified, or "". Raises Refused."""
    with earlier.open("rb") as file:
        try:
            for event, event_hash, _ in events_in(Reader(file)):
                if not box.has(event.height, event_hash):
                    return f"{event.height}/{event_hash}"
        except Refused as refused:
            raise refused.inside(str(earlier)) from None
    return ""
