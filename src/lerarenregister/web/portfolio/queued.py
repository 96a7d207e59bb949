"""The door for texts that a device of hers kept while there was no connection: JSON, for the module in her page."""

import hmac
import logging
from dataclasses import replace
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio.actions.files import let_go
from lerarenregister.portfolio.actions.queued import Kept, keep_queued
from lerarenregister.portfolio.errors import FileGone, PortfolioFull
from lerarenregister.portfolio.rules.queued import Day, Queued, day_of
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import device, keys, pages
from lerarenregister.web.portfolio.chosen import Chosen
from lerarenregister.web.portfolio.forms import EntryForm, Ticket
from lerarenregister.web.portfolio.writing import filled_in
from lerarenregister.web.requests import DoorRequest

_log = logging.getLogger(__name__)


@sent_twice("the text has the id and the version of its entry: the same text again changes nothing")
@limited(most_bytes=MOST_TEXT_BYTES)
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: DoorRequest) -> HttpResponse:
    """GET: whether there is a connection and a session, and a fresh form token. POST: keep one text.

    Answers `{"state": ...}`: `ready` (200, with `token` and `tag`), `saved`, `both` (200: something else was saved
    meanwhile, and both are kept), `nothing-to-keep` (200), `invalid` (400, with sentences in `said`; the text stays on
    the device), `signed-out` (401), `somebody-else` (403), `full` (409), `away` (503). `pages.too_often` answers
    `too-often` (429) before it comes here.
    """
    try:
        sealer = keys.sealer_of(request)
    except (SignInNeeded, PersonBoundNeeded):
        return JsonResponse({"state": "signed-out"}, status=401)
    tag = device.tag_of(request.viewer.person())
    if request.method != "POST":
        return JsonResponse({"state": "ready", "token": get_token(request), "tag": tag})
    try:
        entry, beside = UUID(request.POST.get("formulier", "")), UUID(request.POST.get("naast", ""))
    except ValueError:
        return _invalid([_("Deze tekst is op dit apparaat beschadigd geraakt.")])
    if not hmac.compare_digest(request.POST.get("apparaat", "").encode(), tag.encode()):
        return JsonResponse({"state": "somebody-else"}, status=403)
    return _kept(request, sealer, entry, beside)


def _kept(request: DoorRequest, sealer: Sealer, entry: UUID, beside: UUID) -> HttpResponse:
    ticket = Ticket.issue(request.viewer.person(), entry=entry, base=pages.seen(request))
    form = EntryForm(request.POST)
    chosen = replace(Chosen.of(request, sealer, entry), missing=False)  # what waited for a form is gone by now
    content = filled_in(request, form, ticket, chosen, sealer)
    if content is None:
        return _invalid([str(each) for errors in form.errors.values() for each in errors])
    if day_of(content.on, chosen="gekozen" in request.POST, today=dutch_date(request.at)) is Day.CLOCK:
        sentence = _("De klok van dit apparaat loopt niet goed: het zou {day} zijn. Kies zelf de dag.")
        return _invalid([sentence.format(day=date_format(content.on))])
    queued = Queued(entry, ticket.base, beside, content, _origin())
    try:
        kept = keep_queued(viewer=request.viewer, sealer=sealer, queued=queued, at=request.at)
    except PortfolioFull:
        return JsonResponse({"state": "full"}, status=409)
    except (FileGone, Absent):
        return _invalid([_("Deze tekst hoort bij iets dat er niet meer is.")])
    except DatabaseError:
        _log.exception("a text of a device could not be saved")
        return JsonResponse({"state": "away"}, status=503)
    if kept is Kept.SAVED:
        let_go(viewer=request.viewer, files=chosen.left_out)
    return JsonResponse({"state": str(kept)})


def _origin() -> str:
    """What stands below a text that is kept apart: the same whenever it is sent, so that it is kept once."""
    return _("(Geschreven zonder verbinding. De tekst waar dit bij hoort, was intussen veranderd of weg.)")


def _invalid(said: list[str]) -> HttpResponse:
    return JsonResponse({"state": "invalid", "said": said}, status=400)
