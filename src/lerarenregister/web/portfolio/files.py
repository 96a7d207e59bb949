"""A file of hers on the wire: opened piece by piece while it is sent, and by nobody's browser taken for a page."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.actions.files import let_go
from lerarenregister.portfolio.errors import FileGone, PortfolioFull, TooManyFiles
from lerarenregister.portfolio.queries import files
from lerarenregister.portfolio.rules.files import MOST_FILES, FileRef
from lerarenregister.portfolio.rules.filetypes import MEDIA_TYPES, OTHER
from lerarenregister.web import sent_files
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages, uploads
from lerarenregister.web.portfolio.labels import label_of
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.sent_files import SentFile

_TRIES = 3


@require_safe
def file(request: DoorRequest, entry_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The file. Images that were made here and sound are shown; everything else, and these with `?bewaar=1`, is sent to
    be saved."""
    try:
        sealer = keys.sealer_of(request)
        found = files.file_of(request.viewer, sealer, entry_id, file_id)
        return _sent(request, sealer, found)
    except keys.KeyNeeded:
        return pages.key_needed(request)
    except Unreadable:
        return render(request, "portfolio/unreadable.html", status=500)


@pages.private
@require_safe
def small(request: DoorRequest, entry_id: UUID, file_id: UUID) -> HttpResponse:
    """The small image beside an image."""
    sealer = keys.sealer_of(request)
    found = files.file_of(request.viewer, sealer, entry_id, file_id)
    response = HttpResponse(files.small_bytes(request.viewer, sealer, found), content_type="image/jpeg")
    sent_files.shut_in(response)
    return response


@sent_twice("a file that the entry has, by its content and its name, does not come in again")
@limited(most_bytes=uploads.MOST_BODY)
@uploads.taking_files
@pages.private
@require_POST
def add(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """Files beside an entry that is there: they come to what it has, whatever else changed meanwhile."""
    sealer = keys.sealer_of(request)
    entry = queries.entry(request.viewer, sealer, entry_id)
    handler = uploads.files_in(request)
    if entry.deleted_at is not None or handler is None:
        raise Absent
    problems = [uploads.problem(name, refusal) for name, refusal in handler.refused]
    if handler.broken:
        problems.append(_("Opslaan lukte niet door een storing bij ons. Wacht even en kies je bestand nog een keer."))
    if handler.many:
        problems.append(_("Bij één tekst passen {most} bestanden. Leg de rest apart vast.").format(most=MOST_FILES))
    if not handler.kept and not problems:
        problems.append(_("Kies eerst een bestand."))
    if problems:
        return _with_problems(request, entry, problems)
    try:
        version = _added(request, sealer, entry_id, handler.kept)
    except TooManyFiles:
        sentence = _("Bij één tekst passen {most} bestanden. Leg de rest apart vast.")
        return _with_problems(request, entry, [sentence.format(most=MOST_FILES)])
    except PortfolioFull:
        return _with_problems(request, entry, [_("Je portfolio is vol, dus dit kon niet. Er is niets veranderd.")])
    uploads.settle(request)
    response = HttpResponseRedirect(reverse("portfolio:entry", args=[entry_id]) + f"?bewaard={version}")
    response.status_code = 303
    return response


def _added(request: DoorRequest, sealer: Sealer, entry_id: UUID, new: list[FileRef]) -> int:
    """Save the present version with these files too; its number now. A save by another tab in between is built on."""
    for _try in range(_TRIES):
        present = queries.entry(request.viewer, sealer, entry_id)
        both = tuple(dict.fromkeys((*present.content.files, *new)))
        saved = actions.save_entry(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=entry_id,
            expected=present.version,
            content=replace(present.content, files=both),
            at=request.at,
        )
        if saved.entry is not None and saved.outcome is not Outcome.CONFLICT:
            let_go(viewer=request.viewer, files=new)  # those that were there already
            return saved.entry.version
    raise FileGone


def _with_problems(request: DoorRequest, entry: queries.EntryView, problems: list[str]) -> HttpResponse:
    context = {"entry": entry, "kind": label_of(entry.content.kind), "problems": problems}
    return render(request, "portfolio/entry.html", context, status=400)


def _sent(request: DoorRequest, sealer: Sealer, found: FileRef) -> HttpResponseBase:
    """The file, of which the first piece is open by then."""
    return sent_files.sent(
        request,
        SentFile(
            found.name,
            found.media_type if found.media_type in MEDIA_TYPES else OTHER,
            found.size,
            lambda first: files.file_bytes(request.viewer, sealer, found, first=first),
            image=found.shown,
            played=found.played,
        ),
    )
