"""The report of a verification: for people, and for machines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ballotbox.box import Box
from ballotbox.command.sentences import Sentences
from ballotbox.tallies import owners
from ballotbox.verifying import Part, Report


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report is about: what was found and the machine that found it, what was asked for and is `missing`, which
    part it is, and how many `supplements` were checked beside the archive."""

    report: Report
    box: Box
    missing: list[str]
    part: Part
    supplements: int

    @property
    def passed(self) -> bool:
        """Whether nothing was refused, and nothing is missing."""
        return self.report.passed and not self.missing


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was checked: its name, how many, and the section of the specification that says how."""

    name: str
    number: int
    section: str


def lines(found: Findings) -> Iterator[Line]:
    """What was checked, in the order of an election."""
    report, box = found.report, found.box
    yield Line("events", report.height + 1, "Public data")
    if box.setup is None:
        return
    yield Line("credentials", report.voters, "Credentials")
    yield Line("trustees", len(owners(box.setup.trustees)), "Trustees")
    yield Line("ballots", report.checked_ballots, "Encrypted answers, Signatures, Ballots")
    if report.earlier_ballots:
        yield Line("earlier", report.earlier_ballots, "")
    if report.ballots > report.checked_ballots:
        yield Line("elsewhere", report.ballots - report.checked_ballots, "")
    if box.sized is not None:
        yield Line("counted", report.counted, "Encrypted tally")
    if box.decryptions:
        yield Line("decryptions", len(box.decryptions), "Partial decryptions")
    if found.supplements:
        yield Line("supplements", found.supplements, "docs/reference/ballotbox.md")
    if box.result is not None:
        yield Line("result", 1, "Election result")


def as_json(found: Findings) -> dict[str, Any]:
    """The report for machines."""
    report, box, refused = found.report, found.box, found.report.refused
    return {
        "passed": found.passed,
        "stage": str(report.stage),
        "height": report.height,
        "head": report.head,
        "fingerprint": box.setup.election.fingerprint if box.setup else "",
        "voters": report.voters,
        "ballots": report.ballots,
        "ballots_checked": report.checked_ballots,
        "ballots_checked_earlier": report.earlier_ballots,
        "ballots_counted": report.counted,
        "result": box.result,
        "checked": [
            {"what": each.name, "number": each.number, "section": each.section} for each in lines(found) if each.section
        ],
        "missing": found.missing,
        "refused": {"check": str(refused.check), "where": refused.where, "detail": refused.detail} if refused else None,
        "milliseconds": round(report.seconds * 1_000),
        "part": list(found.part),
    }


def said(found: Findings, language: Sentences) -> Iterator[str]:
    """The report for people, line by line."""
    report, box = found.report, found.box
    if box.setup is not None:
        election = box.setup.election
        yield language.election.format(election.template.name, election.uuid)
        yield language.fingerprint.format(election.fingerprint)
        yield ""
    yield language.stage.format(language.stages[report.stage], f"{report.height}/{report.head}")
    yield from _checked(found, language)
    yield from _result(box, language)
    yield ""
    if report.refused is not None:
        yield language.invalid.format(report.refused.check)
        yield f"  {report.refused.where} {report.refused.detail}".rstrip()
    elif found.missing:
        yield from (language.not_enough.format(each) for each in found.missing)
    elif found.part.of > 1:
        yield language.part.format(*found.part)
    else:
        yield from language.proves


def _checked(found: Findings, language: Sentences) -> Iterator[str]:
    """How many of what were checked, and by which rule; nothing when something was refused: not all of it was."""
    if not found.report.passed:
        return
    yield ""
    yield language.checked
    weight = language.number(found.box.sized.total_weight) if found.box.sized else ""
    for each in lines(found):
        told = getattr(language, each.name).format(weight) + (f" ({each.section})" if each.section else "")
        yield f"  {language.number(each.number):>9}  {told}"


def _result(box: Box, language: Sentences) -> Iterator[str]:
    if box.result is None or box.setup is None:
        return
    for question, row in zip(box.setup.election.questions, box.result, strict=True):
        yield ""
        yield question.question
        names = (language.blank, *question.answers) if question.blank else question.answers
        for name, number in zip(names, row, strict=True):
            yield f"  {language.number(number):>12}  {name}"
