"""What she shares: the list, one share with its link, its log and what was written back, and the end of it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import queries as portfolio
from lerarenregister.portfolio.actions.keys import note_elsewhere
from lerarenregister.portfolio.sharing import actions, queries
from lerarenregister.portfolio.sharing.rules.notes import MOST_OPENINGS
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.forms import EntryForm, Ticket
from lerarenregister.web.portfolio.share_forms import AUDIENCES
from lerarenregister.web.portfolio.writing import form_page
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.shared import reading


@pages.private
@require_safe
def shares(request: DoorRequest) -> HttpResponse:
    """Everything she shares or shared, and the way to what others share with her."""
    sealer = keys.sealer_of(request)
    found = queries.shares(request.viewer, sealer, at=request.at)
    context = {
        "open": [each for each in found if each.opens],
        "ended": [each for each in found if not each.opens],
        "removed": "weg" in request.GET,
    }
    return render(request, "portfolio/shares.html", context)


@pages.private
@require_safe
def shared(request: DoorRequest, share_id: UUID) -> HttpResponse:
    """One share: its link while it can be opened, when it was opened, and what was written back."""
    sealer, own = keys.sealer_of(request), keys.own_of(request)
    try:
        found = queries.share(request.viewer, sealer, share_id, at=request.at)
    except Absent:
        if queries.being_made(request.viewer, share_id):
            return render(request, "portfolio/share_on_its_way.html")
        raise
    code = queries.link_of(own, found)
    context = {
        "share": found,
        "line": found.line,
        "for": str(AUDIENCES[found.line.asked.audience]),
        "link": request.build_absolute_uri(f"{reverse('shared:door')}#{code}") if code else "",
        "heard": queries.heard(request.viewer, own, share_id),
        "full": found.openings >= MOST_OPENINGS,
        "stopped": "gestopt" in request.GET,
    }
    return render(request, "portfolio/shared.html", context)


@sent_twice("a share that has ended stays ended")
@pages.private
@require_POST
def stop(request: DoorRequest, share_id: UUID) -> HttpResponse:
    """End a share at once."""
    sealer = keys.sealer_of(request)
    actions.take_back(viewer=request.viewer, sealer=sealer, share_id=share_id, at=request.at)
    return _onward(reverse("portfolio:shared", args=[share_id]) + "?gestopt=1")


@sent_twice("what is removed is gone, and the second finds nothing")
@pages.private
@require_POST
def remove(request: DoorRequest, share_id: UUID) -> HttpResponse:
    """Remove what she kept of a share that has ended; raises Absent."""
    keys.sealer_of(request)
    if actions.remove_line(viewer=request.viewer, share_id=share_id, at=request.at):
        return _onward(reverse("portfolio:shares") + "?weg=1")
    return _onward(reverse("portfolio:shared", args=[share_id]))


@sent_twice("nothing is kept yet: it leads to a form that is filled in")
@pages.private
@require_POST
def keep_answer(request: DoorRequest, share_id: UUID, note_id: UUID) -> HttpResponse:
    """What somebody wrote back, in the form for a new entry of hers."""
    sealer, own = keys.sealer_of(request), keys.own_of(request)
    found = queries.share(request.viewer, sealer, share_id, at=request.at)
    note = dict(queries.heard(request.viewer, own, share_id).answers).get(note_id)
    if note is None:
        raise Absent
    name = note.name or _("iemand")
    words = _("{name} schreef over ‘{title}’:").format(name=name, title=found.line.title)
    initial = {"tekst": f"{words}\n\n{note.text}", "datum": dutch_date(note.at)}
    draft = portfolio.draft(request.viewer, sealer)
    return form_page(request, EntryForm(initial=initial), Ticket.issue(request.viewer.person(), draft=draft.version))


@pages.private
@require_safe
def received(request: DoorRequest) -> HttpResponse:
    """What others share with her by name, and the address at which she receives."""
    keys.sealer_of(request)
    own = keys.own_of(request)
    note_elsewhere(viewer=request.viewer)  # from now on others may have her address
    context = {"received": queries.received(request.viewer, own, at=request.at), "address": str(own.address)}
    return render(request, "portfolio/received.html", context)


@sent_twice("a second opening is one more line in the log of it")
@pages.private
@require_POST
def open_received(request: DoorRequest, share_id: UUID) -> HttpResponse:
    """Open a copy that is shared with her by name. This is what its owner sees in the log."""
    keys.sealer_of(request)
    secret = queries.secret_for(request.viewer, keys.own_of(request), share_id, at=request.at)
    return reading.begin(request, secret)


def _onward(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
