"""Letters as one tagged PDF (PDF/UA-1, by typst), and as plain text."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import dateformat, translation

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.register.queries.letters import Letter

_TEMPLATE = Path(__file__).with_name("letter.typ")

_PLAIN = (
    "Je schoolbestuur heeft gegevens over je werk aangeleverd bij het Lerarenregister. Meedoen is vrijwillig. "
    "Wat is aangeleverd, doet niets zolang jij het niet zelf hebt bevestigd."
)


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


def text_of(printed: PrintedLetter) -> str:
    """The letter as plain text, for those who do not want a PDF and for the mailbox of the demonstration."""
    values = values_of(printed)
    lines = [
        "Voorbeeld met een verzonnen persoon. Dit is een demonstratie." if settings.DEMO else "",
        f"{values['board_name']} (bestuur {values['board']}), {values['date']}",
        f"Aan {values['name']}, personeelsnummer {values['staff_number']}",
        _PLAIN,
        *(
            f"- {each['location']}: {each['ground']} {each['topic']}, {each['begin']} - {each['last_day']}"
            for each in values["appointments"]
        ),
        f"Ga naar {values['address']}, log in met een inlogmiddel van jezelf en vul deze code in:",
        f"Code: {values['code']}",
        f"De code werkt tot en met {values['expires_on']}, en één keer.",
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def values_of(printed: PrintedLetter) -> dict[str, Any]:
    """What the template `letter.typ` needs for one letter, as JSON values."""
    letter = printed.letter
    address = f"{settings.BASE_URL}/activeren/"
    with translation.override("nl"):
        return {
            "demo": settings.DEMO,
            "board": letter.board,
            "board_name": letter.board_name or f"Schoolbestuur {letter.board}",
            "date": _day(printed.printed_on),
            "name": letter.name,
            "staff_number": letter.staff_number,
            "birth_date": _day(letter.birth_date),
            "delivered_on": _day(dutch_date(letter.delivered_at)),
            "address": address,
            "shown_address": address.split("://", 1)[-1],
            "code": str(printed.code),
            "expires_on": _day(printed.expires_on),
            "appointments": [
                {
                    "location": ", ".join(part for part in (each.location, each.place) if part),
                    "ground": each.ground,
                    "topic": each.topic,
                    "begin": _day(each.begin),
                    "last_day": _day(each.last_day) if each.last_day else "",
                }
                for each in letter.appointments
            ],
        }


def _day(day: date) -> str:
    return dateformat.format(day, "j F Y")
