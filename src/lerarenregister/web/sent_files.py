"""A file on the wire: piece by piece while it is sent, and by nobody's browser taken for a page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from lerarenregister.web.limits import answers
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.limits.slots import SLOTS, release_after
from lerarenregister.web.requests import DoorRequest

_SHUT_IN = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file: `pieces` gives its bytes from one on. An image that was made here may be shown, sound and film be played:
    of these a player asks for a part. Everything else is sent to be saved."""

    name: str
    media_type: str
    size: int
    pieces: Callable[[int], Iterator[bytes]]
    image: bool = False
    played: bool = False


def sent(request: DoorRequest, file: SentFile) -> HttpResponseBase:
    """The answer; with `?bewaar=1` it is always to be saved. A large file holds a place among the heavy requests for
    as long as the line takes."""
    if file.size <= MOST_TEXT_BYTES:
        return _answer(request, file)
    slot = SLOTS.take()
    if slot is None:
        return answers.busy(request)
    try:
        response = _answer(request, file)
    except BaseException:
        slot.release()
        raise
    release_after(response, slot)
    return response


def shut_in(response: HttpResponseBase) -> None:
    """What is sent is never a page: no script runs in it, no other site shows it, no cache keeps it."""
    response["Content-Security-Policy"] = _SHUT_IN
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"


def _answer(request: DoorRequest, file: SentFile) -> StreamingHttpResponse:
    """Whole, or from a byte on as a player asks for it. Its first piece is open by then."""
    first, last, status = 0, file.size - 1, 200
    asked = _RANGE.fullmatch(request.headers.get("Range", "")) if file.played else None
    if asked and int(asked[1]) <= last:
        first, last, status = int(asked[1]), min(last, int(asked[2] or last)), 206
    if last < first:
        first, last, status = 0, file.size - 1, 200
    pieces = _up_to(file.pieces(first), last - first + 1)
    begun = next(pieces)
    response = StreamingHttpResponse(chain([begun], pieces), status=status, content_type=file.media_type)
    response["Content-Length"] = str(last - first + 1)
    if file.played:
        response["Accept-Ranges"] = "bytes"
    if status == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    saved = "bewaar" in request.GET or not (file.image or file.played)
    response["Content-Disposition"] = content_disposition_header(saved, file.name) or "attachment"
    shut_in(response)
    return response


def _up_to(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:most]
        most -= len(piece)
        if most <= 0:
            return
