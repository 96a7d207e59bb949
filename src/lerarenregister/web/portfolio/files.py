"""A file of hers on the wire: opened piece by piece while it is sent, and by nobody's browser taken for a page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
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
from lerarenregister.portfolio.rules.filetypes import MEDIA_TYPES, OTHER, Sort
from lerarenregister.web.limits import answers
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.limits.slots import SLOTS, release_after
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages, uploads
from lerarenregister.web.portfolio.labels import label_of
from lerarenregister.web.requests import DoorRequest

_SHUT_IN = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_TRIES = 3


@require_safe
def file(request: DoorRequest, entry_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The file. Images that were made here and sound are shown; everything else, and these with `?bewaar=1`, is sent to
    be saved."""
    try:
        sealer = keys.sealer_of(request)
        found = files.file_of(request.viewer, sealer, entry_id, file_id)
        if found.size > MOST_TEXT_BYTES:
            return _heavy(request, sealer, found)
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
    _shut_in(response)
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


def _heavy(request: DoorRequest, sealer: Sealer, found: FileRef) -> HttpResponseBase:
    """A large file holds a place among the heavy requests for as long as her line takes."""
    slot = SLOTS.take()
    if slot is None:
        return answers.busy(request)
    try:
        response = _sent(request, sealer, found)
    except BaseException:
        slot.release()
        raise
    release_after(response, slot)
    return response


def _sent(request: DoorRequest, sealer: Sealer, found: FileRef) -> StreamingHttpResponse:
    """The answer, whole or from a byte on as a player of sound asks for it. Its first piece is open by then."""
    first, last, status = 0, found.size - 1, 200
    asked = _RANGE.fullmatch(request.headers.get("Range", "")) if found.sort is Sort.AUDIO else None
    if asked and int(asked[1]) <= last:
        first, last, status = int(asked[1]), min(last, int(asked[2] or last)), 206
    if last < first:
        first, last, status = 0, found.size - 1, 200
    pieces = _up_to(files.file_bytes(request.viewer, sealer, found, first=first), last - first + 1)
    begun = next(pieces)
    media_type = found.media_type if found.media_type in MEDIA_TYPES else OTHER
    response = StreamingHttpResponse(chain([begun], pieces), status=status, content_type=media_type)
    response["Content-Length"] = str(last - first + 1)
    if found.sort is Sort.AUDIO:
        response["Accept-Ranges"] = "bytes"
    if status == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{found.size}"
    saved = "bewaar" in request.GET or not (found.shown or found.sort is Sort.AUDIO)
    response["Content-Disposition"] = content_disposition_header(saved, found.name) or "attachment"
    _shut_in(response)
    return response


def _up_to(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:most]
        most -= len(piece)
        if most <= 0:
            return


def _shut_in(response: HttpResponseBase) -> None:
    """What is sent is never a page: no script runs in it, no other site shows it, no cache keeps it."""
    response["Content-Security-Policy"] = _SHUT_IN
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
