"""The mails of the register, as they are sent: so that anybody can see whether a mail is ours."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.mails import composed
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
    """All of them, in both languages as they are sent, with example values."""
    english = (get_language() or "").startswith("en")
    book, place = rulebook_at(request.at), f"{settings.BASE_URL}/…"
    values = {"page": place, "link": place, "code": "VOORBEELD"}
    shown = []
    for each in book.mails.values():
        term = book.terms.activation_code if each.code == "register/activation" else book.terms.contact_code
        subject, text = composed(each, values | {"days": term.days})
        shown.append(MailShown(each.code, each.when_en if english else each.when_nl, subject, text))
    return render(request, "register/mails.html", {"mails": shown, "sender": settings.MAIL_FROM})
