"""`ballotbox verify`: anybody checks an election, and reads what that proves and what not."""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import Any

from ballotbox.archive import Reader
from ballotbox.box import Box, Stage
from ballotbox.command.beside import check_beside
from ballotbox.verifying import WHOLE, Part, Report, events_in, verify

_STAGES = {
    Stage.EMPTY: "there is no election in it",
    Stage.VOTING: "people can still vote",
    Stage.CLOSED: "the vote is closed, and nothing is counted yet",
    Stage.TALLIED: "the count is made under encryption, and not yet opened",
    Stage.COUNTED: "there is a result",
}


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
        "--supplement", type=Path, action="append", default=[], help="proofs of decryption over the full statement"
    )
    parser.add_argument(
        "--part", type=_part, default=WHOLE, metavar="I/N", help="check the I-th of N shares: see merge"
    )
    parser.add_argument("--cores", type=int, help="processes that check ballots (default: all cores)")
    parser.add_argument("--json", action="store_true", help="the report for machines")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the report; 0 only when all was checked and passed."""
    told = _progress if sys.stderr.isatty() else _nothing
    report, box = verify(given.archive, cores=given.cores, told=told, part=given.part)
    missing = [] if report.refused else _missing(given, report, box)
    if report.refused is None:
        for path in given.supplement:
            check_beside(path, box)
    if given.json:
        print(json.dumps({**as_json(report, box, missing), "part": list(given.part)}))
    else:
        print("\n".join(said(report, box, missing, given.part)))
    return 0 if report.passed and not missing else 1


def _nothing(read: int, checked: int) -> None:
    pass


def _progress(read: int, checked: int) -> None:
    print(f"\r{checked:,} of {read:,} ballots checked", end="", file=sys.stderr, flush=True)


def _missing(given: Namespace, report: Report, box: Box) -> list[str]:
    found = []
    if given.require_result and report.stage is not Stage.COUNTED:
        found.append(f"a result was asked for: {_STAGES[report.stage]}")
    wanted = [given.at_least] if given.at_least else []
    if given.diff is not None:
        earlier, _ = _heads(given.diff)
        wanted.append(earlier)
    if wanted:
        _, events = _heads(given.archive)
        found += [f"event {height}/{digest} is not in it" for height, digest in wanted if events.get(height) != digest]
    return found


def _heads(path: Path) -> tuple[tuple[int, str], dict[int, str]]:
    """The last event of an archive, and the hash of each by its height."""
    with path.open("rb") as file:
        events = {event.height: digest for event, digest, _ in events_in(Reader(file))}
    height = max(events, default=-1)
    return (height, events.get(height, "")), events


def as_json(report: Report, box: Box, missing: list[str]) -> dict[str, Any]:
    """The report for machines."""
    refused = report.refused
    return {
        "passed": report.passed and not missing,
        "stage": str(report.stage),
        "height": report.height,
        "head": report.head,
        "fingerprint": box.setup.election.fingerprint if box.setup else "",
        "voters": report.voters,
        "ballots": report.ballots,
        "ballots_checked": report.checked_ballots,
        "ballots_counted": report.counted,
        "result": box.result,
        "missing": missing,
        "refused": {"check": str(refused.check), "where": refused.where, "detail": refused.detail} if refused else None,
        "milliseconds": round(report.seconds * 1_000),
    }


def said(report: Report, box: Box, missing: list[str], part: Part = WHOLE) -> list[str]:
    """The report for people."""
    lines = []
    if box.setup is not None:
        election = box.setup.election
        lines += [f"{election.template.name} (election {election.uuid})", f"fingerprint {election.fingerprint}", ""]
    lines += [
        f"{report.voters:,} people may vote; their number is published, their names are not.",
        f"{report.ballots:,} ballots stand in it; of {report.checked_ballots:,} every proof and signature was checked.",
        f"Stage: {_STAGES[report.stage]}. Last event: {report.height}/{report.head}",
    ]
    if box.sized is not None:
        sized = box.sized
        weight = f"their weight is {sized.total_weight:,}"
        lines.append(f"{sized.num_tallied:,} ballots count, the last of each voter; {weight}.")
    if box.result is not None and box.setup is not None:
        for question, row in zip(box.setup.election.questions, box.result, strict=True):
            lines += ["", question.question]
            names = ("blank", *question.answers) if question.blank else question.answers
            lines += [f"  {number:>12,}  {name}" for name, number in zip(names, row, strict=True)]
    lines.append("")
    if report.refused is not None:
        return [
            *lines,
            f"NOT VALID: {report.refused.check}",
            f"  {report.refused.where} {report.refused.detail}".rstrip(),
        ]
    if missing:
        return [*lines, *(f"NOT ENOUGH: {each}" for each in missing)]
    if part.of > 1:
        return [*lines, f"Part {part.number} of {part.of} passed. It says nothing of the other parts: ballotbox merge."]
    lines += [
        "Every check passed. That proves that each ballot was made by somebody who had a credential of the list, that",
        "it is a vote that the questions allow, that no voter counts twice and, when there is a result, that it is the",
        "sum of these ballots. It does not prove that the list has the right people, that nobody was watched or forced",
        "while voting, that your own ballot is among them (look for your tracker), or that this is the newest archive.",
    ]
    return lines
