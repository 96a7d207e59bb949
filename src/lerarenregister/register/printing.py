"""Letters as one tagged PDF (PDF/UA-1, by typst), and as plain text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import dateformat, translation

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.register.queries.letters import Letter, LetterAppointment
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.register.rules.letters import LetterWords

_TEMPLATE, _DECISION = (Path(__file__).with_name(f"{name}.typ") for name in ("letter", "decision"))


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """A letter with its code: the one moment at which it is known. The code works until `expires_on`, inclusive."""

    letter: Letter
    code: ActivationCode
    printed_on: date
    expires_on: date


def pdf_of(letters: Sequence[PrintedLetter]) -> bytes:
    """One PDF, each letter beginning on a page of its own."""
    data = json.dumps([values_of(each) for each in letters])
    pdf: bytes | list[bytes] | None = typst.compile(
        _TEMPLATE.read_bytes(), sys_inputs={"letters": data}, pdf_standards=["ua-1"]
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


@dataclass(frozen=True, slots=True)
class DecisionLetter:
    """What a decision letter says, all of it in `language`. `facts` are names with values; `example` is "" outside a
    demonstration."""

    language: str
    example: str
    sender: str
    title: str
    decided: str
    facts: tuple[tuple[str, str], ...]
    rule_title: str
    rule: str
    remedy_title: str
    remedy: str
    no_law: str


def decision_pdf(letter: DecisionLetter) -> bytes:
    """The letter as one tagged PDF."""
    pdf: bytes | list[bytes] | None = typst.compile(
        _DECISION.read_bytes(), sys_inputs={"decision": json.dumps(asdict(letter))}, pdf_standards=["ua-1"]
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


def text_of(printed: PrintedLetter, *, example: bool) -> str:
    """The letter as plain text, for those who want to see it without a PDF; an `example` says that it is one."""
    dutch, english = (_part(words, printed, _address()) for words in _words(printed))
    head = [
        *([dutch["example"]] if example else []),
        f"{dutch['sender']}. {dutch['date']}",
        f"{dutch['addressee']}. {dutch['staff_number']}",
        english["pointer"],
    ]
    paragraphs = [*head, *_paragraphs(dutch, printed), *_paragraphs(english, printed)]
    return "\n\n".join(paragraphs) + "\n"


def _paragraphs(part: Mapping[str, Any], printed: PrintedLetter) -> list[str]:
    return [
        part["title"].upper(),
        part["greeting"],
        f"{part['opening']} {part['voluntary']} {part['no_law']} {part['no_effect']}",
        f"{part['delivered_title']}:",
        part["delivered"],
        *([_line(part, each) for each in printed.letter.appointments] or [part["nothing_delivered"]]),
        f"{part['steps_title']}:",
        f"1. {part['sign_in']}",
        f"2. {part['enter']}",
        f"Code: {printed.code}",
        f"3. {part['look']}",
        part["term"],
        f"{part['notes_title']}:",
        part["notes"],
    ]


def _line(part: Mapping[str, Any], each: LetterAppointment) -> str:
    ground = each.ground_nl if part["language"] == "nl" else each.ground_en
    with translation.override(part["language"]):
        days = f"{_day(each.begin)} - {_day(each.last_day)}" if each.last_day else f"{part['since']} {_day(each.begin)}"
    what = ", ".join(words for words in (each.location, each.place, ground, each.topic) if words)
    return f"- {what}: {days}"


def values_of(printed: PrintedLetter) -> dict[str, Any]:
    """What the template `letter.typ` needs for one letter, as JSON values."""
    letter = printed.letter
    shown_address = _address().split("://", 1)[-1]
    dutch, english = _words(printed)
    with translation.override(dutch.language):
        appointments = [
            {
                "location": ", ".join(words for words in (each.location, each.place) if words),
                "ground": each.ground_nl,
                "topic": each.topic,
                "begin": _day(each.begin),
                "last_day": _day(each.last_day) if each.last_day else "",
            }
            for each in letter.appointments
        ]
    grounds = {each.ground_nl: each.ground_en for each in letter.appointments}
    return {
        "demo": settings.DEMO,
        "name": letter.name,
        "address": _address(),
        "shown_address": shown_address,
        "code": str(printed.code),
        "appointments": appointments,
        "grounds": [{"dutch": named, "english": meant} for named, meant in grounds.items()],
        "dutch": _part(dutch, printed, shown_address),
        "english": _part(english, printed, shown_address),
    }


def _words(printed: PrintedLetter) -> tuple[LetterWords, LetterWords]:
    """The Dutch part and the English one, of the rulebook in force on the day on which it is printed."""
    letters = RULEBOOKS.on(printed.printed_on).letters
    return letters.dutch, letters.english


def _address() -> str:
    return f"{settings.BASE_URL}/activeren/"


def _part(words: LetterWords, printed: PrintedLetter, address: str) -> dict[str, Any]:
    letter = printed.letter
    with translation.override(words.language):
        return words.filled(
            {
                "board": letter.board,
                "board_name": letter.board_name or words.board_name.format(board=letter.board),
                "date": _day(printed.printed_on),
                "name": letter.name,
                "staff_number": letter.staff_number,
                "birth_date": _day(letter.birth_date),
                "delivered_on": _day(dutch_date(letter.delivered_at)),
                "expires_on": _day(printed.expires_on),
                "address": address,
            }
        )


def _day(day: date) -> str:
    return _day_in(day, translation.get_language())


@lru_cache(maxsize=4_096)
def _day_in(day: date, language: str | None) -> str:
    """In the language in force, which is `language`. A letter names some twenty days, the same ones as its neighbour's:
    writing them anew took a third of the time."""
    return dateformat.format(day, "j F Y")
