"""`ballotbox verify`: anybody checks an election, and reads what that proves and what not."""

import json
import os
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from pathlib import Path

from ballotbox.archive import Reader
from ballotbox.box import Box, Stage
from ballotbox.checks import Check, Refused
from ballotbox.command.beside import check_beside
from ballotbox.command.io import Wrong, event_named, say, there
from ballotbox.command.report import Findings, as_json, said
from ballotbox.command.sentences import LANGUAGES, usual
from ballotbox.proofs import must
from ballotbox.verifying import WHOLE, Part, Report, events_in, verify
from ballotbox.writing import settled


def _part(given: str) -> Part:
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", given)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ArgumentTypeError("I/N, such as 2/4")
    return Part(int(found[1]), int(found[2]))


def parser(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("archive", type=Path)
    parser.add_argument("--require-result", action="store_true", help="an earlier stage than a result is not enough")
    parser.add_argument("--at-least", type=event_named, metavar="HEIGHT/HASH", help="this event must stand in it")
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
    there(given.archive, given.diff, *given.supplement)
    _can_be_kept(given.checkpoint)
    report, box = verify(given.archive, cores=given.cores, told=told, part=given.part, checkpoint=given.checkpoint)
    if told is _progress:
        say("")
    found = _found(given, report, box)
    print(json.dumps(as_json(found)) if given.json else "\n".join(said(found, language)))
    if report.unkept and given.json:
        say(language.unkept.format(report.unkept))
    return 2 if found.passed and report.unkept else 0 if found.passed else 1


def _found(given: Namespace, report: Report, box: Box) -> Findings:
    """With what was asked for besides. What of that is refused is refused, as if it stood in the archive."""
    missing, earlier, supplements = list[str](), None, frozenset[int]()
    if report.passed:
        try:
            missing, earlier = _asked(given, report, box)
            supplements = frozenset(check_beside(path, box) for path in given.supplement)
        except Refused as refused:
            report = replace(report, refused=refused)
    return Findings(report, box, missing, given.part, supplements, earlier)


def _can_be_kept(checkpoint: Path | None) -> None:
    """Raise Wrong when nothing can be written there: before hours of work, and not behind them."""
    if checkpoint is not None and not os.access(checkpoint.resolve().parent, os.W_OK | os.X_OK):
        raise Wrong(f"{checkpoint} cannot be written: its folder is not there, or not yours")


def _nothing(read: int, checked: int) -> None:
    pass


def _progress(read: int, checked: int) -> None:
    print(f"\r{checked:,} of {read:,} ballots checked", end="", file=sys.stderr, flush=True)


def _asked(given: Namespace, report: Report, box: Box) -> tuple[list[str], int | None]:
    """What was asked for and is not there; and how many events of an earlier archive were looked for. Raises Refused
    when that can not be read."""
    missing, number = [], None
    if given.require_result and report.stage is not Stage.COUNTED:
        missing.append("result")
    if given.at_least and not box.has(*given.at_least):
        missing.append("event {}/{}".format(*given.at_least))
    if given.diff is not None:
        first, number = _removed(given.diff, box)
        missing += [f"event {first}"] if first else []
    return missing, number


def _removed(earlier: Path, box: Box) -> tuple[str, int]:
    """The first event of an earlier archive that is not in the one that was verified, or ""; and how many were looked
    for. Raises Refused."""
    with earlier.open("rb") as file:
        number = 0
        try:
            for event, event_hash, _ in events_in(Reader(file, end=settled(file))):
                number += 1
                if not box.has(event.height, event_hash):
                    return f"{event.height}/{event_hash}", number
            must(number > 0, Check.ARCHIVE_TRUNCATED, detail="there is no election in it")
        except Refused as refused:
            raise refused.inside(str(earlier)) from None
    return "", number
