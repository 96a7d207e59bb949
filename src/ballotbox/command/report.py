"""The report of a verification: for people, and for machines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ballotbox.box import Box, Stage
from ballotbox.checks import plain
from ballotbox.command.sentences import Sentences
from ballotbox.tallies import owners
from ballotbox.verifying import Part, Report


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report is about: what was found and the machine that found it, what was asked for and is `missing`
    ("result", or "event HEIGHT/HASH"), which part it is, which owners proved their decryption beside the archive, and
    how many events of an earlier archive were looked for in it (None: nobody asked)."""

    report: Report
    box: Box
    missing: list[str]
    part: Part
    supplements: frozenset[int]
    earlier: int | None

    @property
    def passed(self) -> bool:
        """Whether nothing was refused, and nothing is missing."""
        return self.report.passed and not self.missing


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was checked: its name, how many, and the section of the specification that says how."""

    name: str
    number: int
    section: str = ""


def lines(found: Findings) -> Iterator[Line]:
    """What was checked, in the order of an election; nothing when something was refused, for then not all of it was."""
    report, box = found.report, found.box
    if not report.passed or box.setup is None:
        return
    yield Line("events", report.height + 1, "Public data")
    yield Line("credentials", report.voters, "Credentials")
    yield Line("trustees", len(owners(box.setup.trustees)), "Trustees")
    yield Line("ballots", report.checked_ballots, "Encrypted answers, Signatures, Ballots")
    if report.earlier_ballots:
        yield Line("earlier", report.earlier_ballots)
    if report.ballots > report.checked_ballots:
        yield Line("elsewhere", report.ballots - report.checked_ballots)
    if box.sized is not None and found.part.number == 1:  # the first part alone multiplies them
        yield Line("counted", report.counted, "Encrypted tally")
    if box.decryptions:
        yield Line("decryptions", len(box.decryptions), "Partial decryptions")
    if found.supplements:
        yield Line("supplements", len(found.supplements), "docs/reference/ballotbox.md")
    if box.result is not None:
        yield Line("result", 1, "Election result")
    if found.earlier is not None:
        yield Line("old", found.earlier)


def as_json(found: Findings) -> dict[str, Any]:
    """The report for machines."""
    report, box, refused = found.report, found.box, found.report.refused
    setup = box.setup
    return {
        "passed": found.passed,
        "stage": str(report.stage),
        "height": report.height,
        "head": report.head,
        "election": setup.election.template.name if setup else "",
        "uuid": setup.election.uuid if setup else "",
        "fingerprint": setup.election.fingerprint if setup else "",
        "credentials": setup.credentials_hash if setup else "",
        "trustees": setup.trustees_hash if setup else "",
        "voters": report.voters,
        "ballots": report.ballots,
        "ballots_checked": report.checked_ballots,
        "ballots_checked_earlier": report.earlier_ballots,
        "verified_earlier": report.earlier_height,
        "ballots_counted": report.counted,
        "questions": [
            {"question": each.question, "choices": choices_of(each.answers, each.blank)}
            for each in (setup.election.questions if setup else ())
        ],
        "result": box.result if found.report.passed else None,
        "checked": [
            {"what": each.name, "number": each.number, "section": each.section} for each in lines(found) if each.section
        ],
        "missing": found.missing,
        "refused": {"check": str(refused.check), "where": refused.where, "detail": refused.detail} if refused else None,
        "milliseconds": round(report.seconds * 1_000),
        "part": list(found.part),
    }


def choices_of(answers: tuple[str, ...], blank: bool) -> list[str | None]:
    """What can be chosen, in the order of a result; None is the blank vote."""
    return [None, *answers] if blank else [*answers]


def said(found: Findings, language: Sentences) -> Iterator[str]:
    """The report for people, line by line. Of what somebody else wrote nothing moves or hides what is said here."""
    report, box = found.report, found.box
    yield from _verdict(found, language)
    yield ""
    if box.setup is not None:
        yield from election_lines(as_json(found), language)
    yield from _checked(found, language)
    if report.earlier_height >= 0 and report.passed:
        yield ""
        yield language.unread.format(report.earlier_height)
    if report.unkept:
        yield language.unkept.format(report.unkept)
    if found.passed:
        yield from result_lines(as_json(found), language)
        yield ""
        yield from (language.proves if found.part.of == 1 else [language.part.format(*found.part)])


def _verdict(found: Findings, language: Sentences) -> Iterator[str]:
    refused = found.report.refused
    if refused is not None:
        yield language.invalid.format(refused.check)
        yield (
            f"  {refused.where}: {refused.detail}"
            if refused.where and refused.detail
            else (f"  {refused.where}{refused.detail}")
        )
    for each in found.missing:
        what, _, which = each.partition(" ")
        stage = language.stages[found.report.stage]
        told = language.not_in_it.format(which) if what == "event" else language.no_result.format(stage)
        yield language.not_enough.format(told)
    if found.passed and found.part.of == 1:
        yield language.passed


def election_lines(about: dict[str, Any], language: Sentences) -> Iterator[str]:
    """What everybody compares, and the stage, out of a report for machines."""
    yield language.election.format(plain(about["election"]), about["uuid"])
    yield language.fingerprint.format(about["fingerprint"])
    yield language.list.format(about["credentials"])
    yield language.trustees_hash.format(about["trustees"])
    yield language.stage.format(language.stages[Stage(about["stage"])], f"{about['height']}/{about['head']}")


def _checked(found: Findings, language: Sentences) -> Iterator[str]:
    """How many of what were checked, and by which rule."""
    weight = language.number(found.box.sized.total_weight) if found.box.sized else ""
    for place, each in enumerate(lines(found)):
        if place == 0:
            yield ""
            yield language.checked
        told = getattr(language, each.name).format(weight) + (f" ({each.section})" if each.section else "")
        yield f"  {language.number(each.number):>9}  {told}"


def result_lines(about: dict[str, Any], language: Sentences) -> Iterator[str]:
    """The numbers of each question, out of a report for machines."""
    for question, row in zip(about["questions"], about["result"] or (), strict=False):
        yield ""
        yield plain(question["question"])
        for name, number in zip(question["choices"], row, strict=True):
            yield f"  {language.number(number):>12}  {language.blank if name is None else plain(name)}"
