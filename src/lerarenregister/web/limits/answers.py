"""What is said when a limit was reached: what happened, how long to wait, and that nothing was lost."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lerarenregister.web import errors
from lerarenregister.web.limits import again
from lerarenregister.web.limits.rules import BUSY_SECONDS
from lerarenregister.web.requests import DoorRequest

ANSWERS: list[Callable[[DoorRequest, int], HttpResponse | None]] = []
"""A door that keeps a text for her, or answers a script, says it in its own way; it gets the seconds to wait."""


def too_often(request: DoorRequest, wait: int) -> HttpResponse:
    """Asked too often (429): when to try again, and what she sent, ready to be sent again."""
    response = next((said for answer in ANSWERS if (said := answer(request, wait)) is not None), None)
    if response is None:
        response = _page(request, 429, _("Even wachten"), [_("Er kwam te veel achter elkaar."), waiting(wait)])
    return _with_headers(response, wait)


def busy(request: DoorRequest) -> HttpResponse:
    """Too much heavy work at the same time (503)."""
    sentences = [_("Het is nu druk met grote bestanden. Dit ligt niet aan jou."), waiting(BUSY_SECONDS)]
    return _with_headers(_page(request, 503, _("Even wachten"), sentences), BUSY_SECONDS)


def headers_too_long(request: HttpRequest) -> HttpResponse:
    """More headers than any browser sends of itself (431): most often a cookie that grew."""
    sentences = [
        _("Je browser stuurde te veel mee. Sluit je browser en probeer het opnieuw."),
        _("Lukt het niet? Verwijder dan de cookies van deze site."),
    ]
    return errors.page(request, errors.ErrorText(431, _("Dit kunnen we niet verwerken"), sentences))


def waiting(wait: int) -> str:
    """How long, in words."""
    return ngettext(
        "Wacht %(seconds)s seconde en probeer het dan opnieuw.",
        "Wacht %(seconds)s seconden en probeer het dan opnieuw.",
        wait,
    ) % {"seconds": wait}


def _page(request: DoorRequest, status: int, heading: str, sentences: list[str]) -> HttpResponse:
    fields = again.sent(request)
    if request.method == "POST" and fields is None:
        sentences.append(_("Er is niets veranderd. Ga terug, en kies je bestand of vul het formulier daar opnieuw in."))
    elif request.method == "POST":
        sentences.append(_("Er is niets veranderd. Wat je invulde, is er nog: je kunt het zo opnieuw versturen."))
    else:
        sentences.append(_("Er is niets verloren gegaan."))
    context = {"heading": heading, "sentences": sentences, "again": fields, "address": request.get_full_path()}
    return render(request, "web/too_often.html", context, status=status)


def _with_headers(response: HttpResponse, wait: int) -> HttpResponse:
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "strict-origin"  # the address may hold a code
    return response
