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
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.labels import label_of
from lerarenregister.web.requests import DoorRequest


@pages.private
@require_safe
def timeline(request: DoorRequest) -> HttpResponse:
    """Her entries by month, newest first."""
    sealer = keys.sealer_of(request)
    number = request.GET.get("pagina", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise Absent
    page = queries.timeline(request.viewer, sealer, page=int(number))
    months = [
        {"first_day": month.first_day, "entries": [(line, label_of(line.kind)) for line in month.entries]}
        for month in page.months
    ]
    context = {
        "page": page,
        "months": months,
        "deleted": _deleted(request, sealer),
        "spoken": pages.spoken(request),
    }
    return render(request, "portfolio/timeline.html", context)


@pages.private
@require_safe
def entry(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """One entry."""
    sealer = keys.sealer_of(request)
    found = queries.entry(request.viewer, sealer, entry_id)
    context = {
        "entry": found,
        "kind": label_of(found.content.kind),
        "earlier": found.version > 1 and bool(queries.history(request.viewer, sealer, entry_id)),
        "just_saved": request.GET.get("bewaard", "") == str(found.version) and found.version > 1,
        "previous": found.version - 1,
        "spoken": pages.spoken(request),
    }
    return render(request, "portfolio/entry.html", context)


@pages.private
@require_safe
def history(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """What an entry said before, newest first."""
    sealer = keys.sealer_of(request)
    found = queries.entry(request.viewer, sealer, entry_id)
    versions = [
        (version, label_of(version.content.kind)) for version in queries.history(request.viewer, sealer, entry_id)
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
            expected=_seen(request),
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
    lines = [(line, label_of(line.kind)) for line in queries.deleted_entries(request.viewer, sealer)]
    return render(request, "portfolio/bin.html", {"lines": lines})


@sent_twice("the form has the version that it saw: what lies in the bin stays there, what came out stays out")
@pages.private
@require_POST
def delete(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """Put an entry in the bin; the page she comes back to offers to undo it. What changed meanwhile she sees first."""
    sealer, expected = keys.sealer_of(request), _seen(request)
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
    sealer, expected = keys.sealer_of(request), _seen(request)
    back = actions.restore_entry(
        viewer=request.viewer, sealer=sealer, entry_id=entry_id, expected=expected, at=request.at
    )
    return HttpResponseRedirect(reverse("portfolio:entry", args=[entry_id]) + ("?gedaan=teruggehaald" if back else ""))


def _seen(request: DoorRequest) -> int:
    """The version that the form saw; 0, which no entry has, when it says none."""
    version = request.POST.get("versie", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0


def _deleted(request: DoorRequest, sealer: Sealer) -> queries.EntryView | None:
    """The entry she just deleted, if the address names one of hers that lies in the bin."""
    try:
        found = queries.entry(request.viewer, sealer, UUID(request.GET.get("verwijderd", "")))
    except (ValueError, Absent):
        return None
    return found if found.deleted_at is not None else None
