"""The mails and the letters of the register, as they are sent: so that anybody can see whether one is ours."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.register.printing import PrintedLetter, text_of
from lerarenregister.register.queries.letters import Letter, LetterAppointment
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.mails import composed
from lerarenregister.register.rules.rulebooks import Rulebook
from lerarenregister.web.register.language import in_english
from lerarenregister.web.requests import DoorRequest


@dataclass(frozen=True, slots=True)
class MailShown:
    """One mail: when it is sent, and what it says."""

    code: str
    when: str
    subject: str
    text: str


@require_safe
def mails(request: DoorRequest) -> HttpResponse:
    """All of them, as they are sent with example values: mails and the activation letter in both languages, what
    decisions say in the language of the page."""
    english, book = in_english(), rulebook_at(request.at)
    place = f"{settings.BASE_URL}/…"
    values = {"page": place, "link": place, "code": "VOORBEELD"}
    shown = []
    for each in book.mails.values():
        term = book.terms.activation_code if each.code == "register/activation" else book.terms.contact_code
        subject, text = composed(each, values | {"days": term.days})
        shown.append(MailShown(each.code, each.when_en if english else each.when_nl, subject, text))
    decisions = [each.said("en" if english else "nl", "…") for each in book.letters.decisions.values()]
    letter = text_of(_example(book, request.at), example=True)
    context = {"mails": shown, "sender": settings.MAIL_FROM, "letter": letter, "decisions": decisions}
    return render(request, "register/mails.html", context)


def _example(book: Rulebook, at: datetime) -> PrintedLetter:
    """An activation letter to nobody, printed now: its person, its board and its code do not exist."""
    today = dutch_date(at)
    ground = next(iter(book.grounds.values()))
    appointment = LetterAppointment(
        location="De Eik",
        place="Utrecht",
        ground_nl=ground.name_nl,
        ground_en=ground.name_en,
        topic="",
        begin=today.replace(month=1, day=1),
        last_day=None,
    )
    letter = Letter(
        employee=UUID(int=0),
        staff_number="…",
        name="A. Voorbeeld",
        birth_date=date(1980, 1, 1),
        board="00000",
        board_name="Stichting Voorbeeld",
        delivered_at=at,
        appointments=(appointment,),
    )
    return PrintedLetter(letter, ActivationCode("X" * 17), today, today + book.terms.activation_code)
