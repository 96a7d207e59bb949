"""The order of a collection and the text between: each button is a post of its own, so that no script is needed."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.paging import Paged
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.errors import PortfolioFull
from lerarenregister.portfolio.queries import EntryView
from lerarenregister.portfolio.rules import stories
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.stories import Piece
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.forms import Ticket
from lerarenregister.web.requests import DoorRequest

PER_PAGE = 50


@sent_twice("the form has the version that it saw: another one stays")
@limited(most_bytes=MOST_TEXT_BYTES)
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: DoorRequest, collection_id: UUID) -> HttpResponse:
    """The pieces of a collection, 50 to a page, each with its buttons."""
    try:
        sealer = keys.sealer_of(request)
    except (SignInNeeded, PersonBoundNeeded) as refusal:
        given_back = _given_back(request, refusal)
        if given_back is None:
            raise
        return given_back
    entry = queries.entry(request.viewer, sealer, collection_id)
    if entry.deleted_at is not None or entry.content.form is not Form.COLLECTION:
        raise Absent
    if request.method != "POST":
        return _page(request, sealer, entry, number=pages.number(request))
    place = _number(request, "plaats")
    pieces, at = _changed(request, entry.content.pieces, place)
    try:
        saved = actions.save_entry(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=collection_id,
            expected=pages.seen(request),
            content=replace(entry.content, pieces=pieces),
            at=request.at,
        )
    except PortfolioFull:
        return _refused(request, sealer, entry, _("Je portfolio is vol, dus dit kon niet. Er is niets veranderd."))
    except Invalid:
        return _refused(request, sealer, entry, _("Dit past er niet meer bij. Er is niets veranderd."))
    if saved.outcome is Outcome.CONFLICT and saved.entry and _lost(request, saved.entry.content.pieces):
        return _page(request, sealer, saved.entry, number=1, status=409)
    where = f"?pagina={at // PER_PAGE + 1}#stuk-{at}"
    response = HttpResponseRedirect(reverse("portfolio:arrange", args=[collection_id]) + where)
    response.status_code = 303
    return response


def _given_back(request: DoorRequest, refusal: Exception) -> HttpResponse | None:
    """Her text on a page, when the session or its key is gone and she typed one in a form that was made for her."""
    ticket = Ticket.read(request.POST)
    typed = request.POST.get("tekst", "") + request.POST.get("ervoor", "")
    if ticket is None or not typed.strip():
        return None
    if request.viewer.signed_in and not ticket.belongs_to(request.viewer.account):
        return pages.of_somebody_else(request)
    return pages.given_back(request, ticket, reason="key" if isinstance(refusal, keys.KeyNeeded) else "signed-out")


def _changed(request: DoorRequest, pieces: tuple[Piece, ...], place: int) -> tuple[tuple[Piece, ...], int]:
    """The pieces after what she pressed, and where to look then; whatever she pressed, what she typed in the form is
    kept. What no button says changes nothing else."""
    act, ahead = request.POST.get("doe", ""), request.POST.get("ervoor", "").replace("\x00", "")
    text = request.POST.get("tekst", "").replace("\x00", "")
    if act == "enter":  # a key instead of a button
        act = next((name for name in ("naar", "ervoor") if request.POST.get(name, "").strip()), "tekst")
    if act not in ("tekst", "weg") and text.strip():
        pieces = stories.written(pieces, place, text)
    if act != "ervoor" and ahead.strip() and 0 <= place < len(pieces):
        pieces, place = (*pieces[:place], Piece(text=ahead), *pieces[place:]), place + 1
    if act == "weg":
        return stories.without(pieces, place), max(0, place - 1)
    if act == "tekst":
        return stories.written(pieces, place, text), place
    if act == "ervoor":
        at = min(max(place, 0), len(pieces))
        return (*pieces[:at], *([Piece(text=ahead)] if ahead.strip() else []), *pieces[at:]), at
    to = {"op": place - 1, "neer": place + 1, "naar": _number(request, "naar") - 1}.get(act)
    if to is None or (act == "naar" and to < 0):
        return pieces, place
    return stories.moved(pieces, place, to), min(max(to, 0), len(pieces) - 1)


def _lost(request: DoorRequest, pieces: tuple[Piece, ...]) -> list[str]:
    """What she typed that is not there already, as it is after the first of a double click."""
    typed = (request.POST.get(name, "").replace("\x00", "") for name in ("ervoor", "tekst"))
    return [text for text in typed if text.strip() and Piece(text=text) not in pieces]


def _refused(request: DoorRequest, sealer: Sealer, entry: EntryView, problem: str) -> HttpResponse:
    number = min(max(_number(request, "plaats"), 0), len(entry.content.pieces)) // PER_PAGE + 1
    return _page(request, sealer, entry, number=number, status=400, problem=problem)


def _page(
    request: DoorRequest, sealer: Sealer, entry: EntryView, *, number: int, status: int = 200, problem: str = ""
) -> HttpResponse:
    count = len(entry.content.pieces)
    page = Paged(number=number, total=max(1, -(-count // PER_PAGE)))
    if number > page.total:
        page = Paged(number=page.total, total=page.total)
    start = (page.number - 1) * PER_PAGE
    lost = "\n\n".join(_lost(request, entry.content.pieces)) if status != 200 else ""
    context = {
        "entry": entry,
        "ticket": Ticket.issue(request.viewer.person(), entry=entry.id, base=entry.version),
        "page": page,
        "pieces": queries.pieces_of(request.viewer, sealer, entry, start=start, most=PER_PAGE),
        "first": start + 1,
        "last": count - 1,
        "count": count,
        "problem": problem,
        "stale": status == 409,
        "lost": lost,
    }
    return render(request, "portfolio/arrange.html", context, status=status)


def _number(request: DoorRequest, name: str) -> int:
    """A whole number in a post; -1 when it is none."""
    told = request.POST.get(name, "").strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else -1
