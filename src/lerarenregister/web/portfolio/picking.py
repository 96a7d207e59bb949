"""Choosing entries by ticks: those of a collection, and those with which an entry has to do."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.errors import PortfolioFull
from lerarenregister.portfolio.queries import EntryView
from lerarenregister.portfolio.rules.entries import Content
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.stories import Piece
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import choosing, keys, pages
from lerarenregister.web.portfolio.labels import label_of
from lerarenregister.web.portfolio.ordering import is_id
from lerarenregister.web.requests import DoorRequest


@sent_twice("the form has the version that it saw, and the ticks say how it will be: again changes nothing")
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """Her entries, 20 to a page, with a tick before those that are in it. Those of other pages stay as they are."""
    sealer = keys.sealer_of(request)
    entry = queries.entry(request.viewer, sealer, entry_id)
    if entry.deleted_at is not None or entry.content.form not in (Form.ENTRY, Form.COLLECTION):
        raise Absent
    if request.method != "POST":
        return _page(request, sealer, entry)
    try:
        saved = actions.save_entry(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=entry_id,
            expected=pages.seen(request),
            content=_ticked(request, entry, _all_of_it(request, sealer, entry)),
            at=request.at,
        )
    except PortfolioFull:
        return _page(request, sealer, entry, problem=_("Je portfolio is vol, dus dit kon niet. Er is niets veranderd."))
    except Invalid:
        return _page(request, sealer, entry, problem=_("Dit zijn er te veel bij elkaar. Er is niets veranderd."))
    if saved.outcome is Outcome.CONFLICT and saved.entry:
        return _page(request, sealer, saved.entry, stale=True)
    response = HttpResponseRedirect(f"{reverse('portfolio:pick', args=[entry_id])}?{_query(request)}gedaan=1")
    response.status_code = 303
    return response


def _page(
    request: DoorRequest, sealer: Sealer, entry: EntryView, *, problem: str = "", stale: bool = False
) -> HttpResponse:
    told = request.GET.get(choosing.PARAMETER, "")
    choice = choosing.opened(told, owner=request.viewer.person(), sealer=sealer)
    page = queries.timeline(request.viewer, sealer, page=pages.number(request), choice=choice)
    collection = entry.content.form is Form.COLLECTION
    inside = set(entry.content.chosen() if collection else entry.content.facets.links)
    lines = [
        (line, label_of(line.kind), line.id in inside)
        for month in page.months
        for line in month.entries
        if line.id != entry.id
    ]
    context = {
        "entry": entry,
        "collection": collection,
        "page": page,
        "lines": lines,
        "problem": problem,
        "stale": stale,
        "added": "gedaan" in request.GET and not problem and not stale,
        "query": f"{choosing.PARAMETER}={told}&" if told else "",
        "address": f"{reverse('portfolio:pick', args=[entry.id])}?{_query(request)}",
    }
    status = 400 if problem else 409 if stale else 200
    return render(request, "portfolio/pick.html", context, status=status)


def _query(request: DoorRequest) -> str:
    told = request.GET.get(choosing.PARAMETER, "")
    return (f"{choosing.PARAMETER}={told}&" if told else "") + f"pagina={pages.number(request)}&"


def _all_of_it(request: DoorRequest, sealer: Sealer, entry: EntryView) -> list[UUID]:
    """All that fits her choice, when she asks for all of it in a collection."""
    if request.POST.get("doe") != "alles" or entry.content.form is not Form.COLLECTION:
        return []
    told = request.GET.get(choosing.PARAMETER, "")
    choice = choosing.opened(told, owner=request.viewer.person(), sealer=sealer)
    return queries.ids_chosen(request.viewer, sealer, choice=choice)


def _ticked(request: DoorRequest, entry: EntryView, besides: list[UUID]) -> Content:
    """The content with what is ticked on this page, and without what is not; what she adds comes at the end, oldest
    first, as a story is told."""
    content = entry.content
    shown = {UUID(each) for each in request.POST.getlist("getoond") if is_id(each)}
    ticked = [UUID(each) for each in request.POST.getlist("stuk") if is_id(each)]
    off = shown.difference(ticked, besides)
    if content.form is Form.ENTRY:
        kept = [each for each in content.facets.links if each not in off]
        return replace(content, facets=content.facets.linked(dict.fromkeys((*kept, *ticked))))
    inside = set(content.chosen())
    added = [Piece(each) for each in dict.fromkeys(reversed(besides or ticked)) if each not in inside]
    return replace(content, pieces=(*(each for each in content.pieces if each.entry not in off), *added))
