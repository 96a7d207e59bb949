"""The quiet autosave: a small JSON door for the module that runs in her page."""

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.rules.heads import DraftContent
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.forms import Ticket
from lerarenregister.web.portfolio.ordering import more_of
from lerarenregister.web.requests import DoorRequest


@sent_twice("the form has the version of the draft: the same text again changes nothing")
@limited(most_bytes=MOST_TEXT_BYTES)
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: DoorRequest) -> HttpResponse:
    """GET: a fresh form token for a page that stayed open. POST: keep the draft.

    Answers `{"state": ...}`: `saved` (200, with the slot's version), `signed-out` (401), `somebody-else` (403),
    `other-draft` (409: the slot holds another text; nothing was overwritten), `invalid` (400).
    `pages.too_often` answers `too-often` (429, with `Retry-After`) before it comes here, and `pages.database_away`
    answers `away` (503, with `Retry-After`).
    """
    try:
        sealer = keys.sealer_of(request)
    except (SignInNeeded, PersonBoundNeeded):
        return JsonResponse({"state": "signed-out"}, status=401)
    ticket = Ticket.read(request.POST if request.method == "POST" else request.GET)
    if ticket is None or not ticket.belongs_to(request.viewer.account):
        return JsonResponse({"state": "somebody-else"}, status=403)
    if request.method != "POST":
        return JsonResponse({"state": "ready", "token": get_token(request)})
    try:
        content = DraftContent(
            ticket.entry,
            ticket.base,
            request.POST.get("tekst", "").replace("\r\n", "\n"),
            request.POST.get("soort", ""),
            request.POST.get("datum", ""),
            request.POST.get("titel", ""),
            more_of(request.POST),
        )
    except Invalid:
        return JsonResponse({"state": "invalid"}, status=400)
    kept = actions.save_draft(viewer=request.viewer, sealer=sealer, content=content, expected=ticket.draft)
    if not kept.stored:
        return JsonResponse({"state": "other-draft"}, status=409)
    return JsonResponse({"state": "saved", "version": kept.draft.version})


@sent_twice("the form has the version of the draft: another one stays")
@pages.private
@require_POST
def discard(request: DoorRequest) -> HttpResponse:
    """Throw away the draft she saw; a newer one stays."""
    sealer = keys.sealer_of(request)
    posted = request.POST.get("concept", "")
    slot = queries.draft(request.viewer, sealer)
    if posted == str(slot.version):
        actions.discard_draft(viewer=request.viewer, sealer=sealer, expected=slot.version)
        return HttpResponseRedirect(reverse("site:home") + "?gedaan=conceptweg")
    return HttpResponseRedirect(reverse("site:home"))
