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

_EXAMPLE = {"code": "VOORBEELD", "days": 2}


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
    values = _EXAMPLE | {"page": f"{settings.BASE_URL}/…", "link": f"{settings.BASE_URL}/…"}
    shown = []
    for each in rulebook_at(request.at).mails.values():
        subject, text = composed(each, values)
        shown.append(MailShown(each.code, each.when_en if english else each.when_nl, subject, text))
    return render(request, "register/mails.html", {"mails": shown, "sender": settings.MAIL_FROM})
