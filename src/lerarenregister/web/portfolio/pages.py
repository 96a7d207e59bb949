"""What every page of the portfolio shares: no cache keeps it, and a text that can not be saved now is given back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.web.limits import again, answers
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.portfolio import uploads
from lerarenregister.web.portfolio.chosen import AWAY, HAD, WAITS, ids_in
from lerarenregister.web.portfolio.forms import Ticket
from lerarenregister.web.portfolio.keys import KeyNeeded
from lerarenregister.web.portfolio.ordering import carried
from lerarenregister.web.requests import DoorRequest

View = Callable[..., HttpResponse]
_STATUS = {"signed-out": 401, "key": 401, "csrf": 403, "storage": 503, "full": 409, "too-often": 429}


def private(view: View) -> View:
    """A view whose answer no cache keeps, and that explains a missing key and an envelope that does not open."""

    @wraps(view)
    def answered(request: DoorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except KeyNeeded:
            response = key_needed(request)
        except Unreadable:
            response = render(request, "portfolio/unreadable.html", status=500)
        response["Cache-Control"] = "no-store"
        return response

    return answered


def key_needed(request: DoorRequest) -> HttpResponse:
    """She is signed in, but this browser holds no key: one link to sign in again and come back."""
    onward = request.get_full_path() if request.method == "GET" else reverse("portfolio:timeline")
    return render(request, "portfolio/key_needed.html", {"onward": onward}, status=401)


def given_back(request: DoorRequest, ticket: Ticket, *, reason: str, waiting: str = "") -> HttpResponse:
    """Her text in a form that is ready to be sent again: nothing was saved, nothing is lost.

    `reason` is "signed-out", "key", "csrf", "storage", "full" or, with a sentence on how long, "too-often". Never
    called for the form of somebody else's session.
    """
    context = {
        "ticket": ticket,
        "reason": reason,
        "waiting": waiting,
        "action": request.path if _arranging(request) else reverse("portfolio:save"),
        "field": "ervoor" if "ervoor" in request.POST and request.POST.get("doe") == "ervoor" else "tekst",
        "carried": carried(request.POST),
        **_files_given_back(request),
    }
    context["tekst"] = request.POST.get(str(context["field"]), "")
    response = render(request, "portfolio/given_back.html", context, status=_STATUS[reason])
    response["Cache-Control"] = "no-store"
    return response


def _files_given_back(request: DoorRequest) -> dict[str, Any]:
    """The files of the form: hidden, by their ids, those that came in by their names, and whether one was dropped."""
    handler = uploads.files_in(request)
    uploads.settle(request)
    kept = handler.kept if handler else []
    hidden = [(field, each) for field in (HAD, WAITS, AWAY) for each in ids_in(request, field)]
    hidden += [(WAITS, each.id) for each in kept]
    dropped = handler.dropped or bool(handler.refused) if handler else bool(request.FILES)
    return {"files": hidden, "kept": kept, "dropped": dropped}


def of_somebody_else(request: DoorRequest) -> HttpResponse:
    """The form was made for another account: nothing is saved and nothing of it is shown to this session."""
    return render(request, "portfolio/of_somebody_else.html", status=403)


def form_of_nobody(request: DoorRequest) -> HttpResponse:
    """The hidden part of the form was not made here, or was changed."""
    return render(request, "portfolio/of_somebody_else.html", {"unknown": True}, status=400)


def csrf_failure(request: HttpRequest) -> HttpResponse | None:
    """The answer when the token of her writing form does not fit; None for every other page.

    The text comes back only when the form was made here, and for this session or while nobody is signed in.
    """
    if not _writing(request) or not isinstance(getattr(request, "viewer", None), Viewer):
        return None
    door: DoorRequest = request  # type: ignore[assignment]  # it went through DoorMiddleware
    return _given_back_if_hers(door, reason="csrf" if door.viewer.signed_in else "signed-out")


def too_often(request: DoorRequest, wait: int) -> HttpResponse | None:
    """The answer when she saved or kept a draft too often, within these seconds; None for every other page."""
    if request.path in _scripted():
        return JsonResponse({"state": "too-often"}, status=429)
    if request.method != "POST" or not _writing(request):
        return None
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_TEXT_BYTES:
        return None  # so much is not read of who asks too often: the page says to go back, where her text still is
    return _given_back_if_hers(request, reason="too-often", waiting=answers.waiting(wait))


def database_away(request: HttpRequest) -> HttpResponse | None:
    """The answer when she saved or kept a draft and the database does not answer; None for every other page.

    Who asks may be unknown by then. The token of her form says enough: it changes whenever somebody signs in.
    """
    if request.path in _scripted():
        return JsonResponse({"state": "away"}, status=503)
    if not _writing(request):
        return None
    if again.sent(request, most=MOST_TEXT_BYTES, without_files=True) is None:
        return None
    ticket = Ticket.read(request.POST)
    door: DoorRequest = request  # type: ignore[assignment]
    if ticket is not None and not hasattr(request, "viewer"):
        return given_back(door, ticket, reason="storage")
    return _given_back_if_hers(door, reason="storage")


def _scripted() -> tuple[str, ...]:
    """Where a module of ours asks, and reads JSON."""
    return reverse("portfolio:draft"), reverse("portfolio:queued")


def _writing(request: HttpRequest) -> bool:
    """Whether her text comes in here."""
    if request.path in (reverse("portfolio:save"), reverse("portfolio:template")):
        return True
    return _arranging(request)


def _arranging(request: HttpRequest) -> bool:
    """Whether this is about a text between the pieces of a collection."""
    try:
        return resolve(request.path).view_name == "portfolio:arrange"
    except Resolver404:
        return False


def _given_back_if_hers(request: DoorRequest, *, reason: str, waiting: str = "") -> HttpResponse | None:
    ticket = Ticket.read(request.POST)
    if ticket is None:
        return None
    if request.viewer.signed_in and not ticket.belongs_to(request.viewer.account):
        return of_somebody_else(request)
    return given_back(request, ticket, reason=reason, waiting=waiting)


def spoken(request: DoorRequest) -> str:
    """The sentence about what was just done, from the address (`?gedaan=`); "" for none."""
    return {
        "teruggezet": _("De eerdere versie staat er weer. De andere versie staat nu bij de eerdere versies."),
        "opgeslagen": _("Opgeslagen."),
        "teruggehaald": _("Teruggezet uit de prullenbak."),
        "conceptweg": _("Het concept is weggegooid."),
        "anders": _("Dit is intussen ergens anders veranderd. Hieronder staat hoe het nu is."),
        "vol": _("Je portfolio is vol, dus dit kon niet. Er is niets veranderd."),
    }.get(request.GET.get("gedaan", ""), "")


def seen(request: DoorRequest) -> int:
    """The version that the form saw; 0, which no entry has, when it says none."""
    version = request.POST.get("versie", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0


def number(request: DoorRequest) -> int:
    """The number of a page in the address; raises Absent for what is none."""
    told = request.GET.get("pagina", "1")
    if not (told.isascii() and told.isdigit() and int(told[:7]) > 0 and len(told) < 7):
        raise Absent
    return int(told)
