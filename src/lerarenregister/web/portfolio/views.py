"""Reading: the timeline, one entry, its earlier versions, the bin; and putting in and taking out of the bin."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.errors import PortfolioFull
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import choosing, keys, pages, things
from lerarenregister.web.portfolio.labels import badge_of, label_of
from lerarenregister.web.requests import DoorRequest


@pages.private
@require_safe
def timeline(request: DoorRequest) -> HttpResponse:
    """Her entries by month, newest first."""
    sealer = keys.sealer_of(request)
    told = request.GET.get(choosing.PARAMETER, "")
    choice = choosing.opened(told, owner=request.viewer.person(), sealer=sealer)
    page = queries.timeline(request.viewer, sealer, page=pages.number(request), choice=choice)
    months = [
        {"first_day": month.first_day, "entries": [(line, label_of(line.kind)) for line in month.entries]}
        for month in page.months
    ]
    context = {
        "page": page,
        "shut": page.shut,
        "months": months,
        "deleted": _deleted(request, sealer),
        "spoken": pages.spoken(request),
        "chosen": choosing.in_words(choice, page) if choice else [],
        "query": f"{choosing.PARAMETER}={told}&" if choice else "",
    }
    return render(request, "portfolio/timeline.html", context)


@pages.private
@require_safe
def entry(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """One entry, or whatever else it is."""
    sealer = keys.sealer_of(request)
    found = queries.entry(request.viewer, sealer, entry_id)
    context = {
        "entry": found,
        "kind": badge_of(found.content.form, found.content.kind),
        "earlier": found.version > 1 and bool(queries.history(request.viewer, sealer, entry_id)),
        "just_saved": request.GET.get("bewaard", "") == str(found.version) and found.version > 1,
        "previous": found.version - 1,
        "spoken": pages.spoken(request),
    }
    context |= things.shown(request, sealer, found)
    return render(request, things.TEMPLATES[found.content.form], context)


@pages.private
@require_safe
def history(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """What an entry said before, newest first."""
    sealer = keys.sealer_of(request)
    found = queries.entry(request.viewer, sealer, entry_id)
    versions = [
        (version, badge_of(version.content.form, version.content.kind), things.state_of(version.content))
        for version in queries.history(request.viewer, sealer, entry_id)
    ]
    return render(request, "portfolio/history.html", {"entry": found, "versions": versions})


@sent_twice("the form has the version that it saw: another one stays")
@pages.private
@require_POST
def restore_version(request: DoorRequest, entry_id: UUID, version: int) -> HttpResponse:
    """Make an earlier version the present one, unless the entry changed meanwhile: then she sees it first."""
    sealer = keys.sealer_of(request)
    try:
        saved = actions.restore_version(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=entry_id,
            version=version,
            expected=pages.seen(request),
            at=request.at,
        )
    except PortfolioFull:
        done = "?gedaan=vol"
    else:
        done = "" if saved.outcome is Outcome.CONFLICT else "?gedaan=teruggezet"
    return HttpResponseRedirect(reverse("portfolio:entry", args=[entry_id]) + done)


@pages.private
@require_safe
def deleted_entries(request: DoorRequest) -> HttpResponse:
    """What she deleted, and until when it can come back."""
    sealer = keys.sealer_of(request)
    found = queries.deleted_entries(request.viewer, sealer)
    lines = [(line, badge_of(line.form, line.kind)) for line in found]
    return render(request, "portfolio/bin.html", {"lines": lines, "shut": found.shut})


@sent_twice("the form has the version that it saw: what lies in the bin stays there, what came out stays out")
@pages.private
@require_POST
def delete(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """Put an entry in the bin; the page she comes back to offers to undo it. What changed meanwhile she sees first."""
    sealer, expected = keys.sealer_of(request), pages.seen(request)
    gone = actions.delete_entry(
        viewer=request.viewer, sealer=sealer, entry_id=entry_id, expected=expected, at=request.at
    )
    if not gone:
        return HttpResponseRedirect(reverse("portfolio:entry", args=[entry_id]))
    back = reverse("site:home") if request.POST.get("verder") == "begin" else reverse("portfolio:timeline")
    return HttpResponseRedirect(f"{back}?verwijderd={entry_id}")


@sent_twice("the form has the version that it saw: what was taken out of the bin stays out")
@pages.private
@require_POST
def restore(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """Take an entry out of the bin."""
    sealer, expected = keys.sealer_of(request), pages.seen(request)
    back = actions.restore_entry(
        viewer=request.viewer, sealer=sealer, entry_id=entry_id, expected=expected, at=request.at
    )
    return HttpResponseRedirect(reverse("portfolio:entry", args=[entry_id]) + ("?gedaan=teruggehaald" if back else ""))


def _deleted(request: DoorRequest, sealer: Sealer) -> queries.EntryView | None:
    """The entry she just deleted, if the address names one of hers that lies in the bin."""
    try:
        found = queries.entry(request.viewer, sealer, UUID(request.GET.get("verwijderd", "")))
    except (ValueError, Absent):
        return None
    return found if found.deleted_at is not None else None
