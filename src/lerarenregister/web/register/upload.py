"""Uploading a delivery: the bytes go from the request through the reader into staging; no file is ever kept.

Permission is checked before the first byte is read. The form's token stands in the same request, so it is known only
after the bytes: when it is wrong, what was staged is removed.
"""

from typing import Any, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lerarenregister.accounts.permissions import Permission
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules.reading import MOST_BYTES
from lerarenregister.web.accounts.resuming import comes_back, interrupted
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import MOST_FORM_BYTES, Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.register.forms import FileForm
from lerarenregister.web.register.later import continue_later
from lerarenregister.web.requests import DoorRequest

FIELD = "bestand"


class DeliveryUploadHandler(FileUploadHandler):
    """Feeds the one file of the form to a reception. After a refusal the rest is read and dropped, so that the browser
    gets an answer; far past the limit the connection is closed."""

    chunk_size = 1 << 18

    def __init__(self, request: DoorRequest, board: str) -> None:
        super().__init__(cast(HttpRequest, request))
        self._door, self._board = request, board
        self._form = form_of(request)
        self.before = actions.received_before(board=board, form=self._form, viewer=request.viewer)
        self._seen = 0
        self._mine = False
        self.reception: actions.Reception | None = None
        self.refused = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file in the form begins; only the first one in our field counts."""
        super().new_file(*args, **kwargs)
        first = self.field_name == FIELD and self.reception is None and bool(self.file_name)
        self._mine = first and self.before is None
        if self._mine:
            self.reception = actions.begin_reception(
                board=self._board, viewer=self._door.viewer, at=self._door.at, form=self._form
            )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some bytes of it."""
        self._seen += len(raw_data)
        if self._seen > 2 * MOST_BYTES:
            self.abandon()
            raise StopUpload(connection_reset=True)
        if self._mine and self.reception is not None and not self.refused:
            try:
                self.reception.feed(raw_data)
            except FileRefused:
                self.refused = True

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Nothing is kept."""
        self._mine = False
        return None

    def upload_interrupted(self) -> None:
        """The browser went away."""
        self.abandon()

    def abandon(self) -> None:
        """Remove what was staged, unless the refusal of it is recorded."""
        if self.reception is not None and not self.refused:
            self.reception.abandon()
            self.refused = True


def form_of(request: DoorRequest) -> UUID | None:
    """The form that is sent: its address says it, so that it is known before the first byte is read."""
    try:
        return UUID(request.GET.get("formulier", ""))
    except ValueError:
        return None


@sent_twice("the form is in the address, known before the first byte is read: one form gives one delivery")
@limited(Kind.HEAVY, methods=("POST",), most_bytes=2 * MOST_BYTES + MOST_FORM_BYTES)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda number: reverse("register:upload", args=[number]))
def upload(request: DoorRequest, number: str) -> HttpResponse:
    """The form, and the file that comes with it."""
    request.viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=number)
    if request.method != "POST":
        return _taken(request, number)
    handler = DeliveryUploadHandler(request, number)
    request.upload_handlers = [handler]
    finished = False
    try:
        response = _taken(request, number, handler)
        finished = getattr(response, "delivery_taken", False)
        return response
    finally:
        if not finished:
            handler.abandon()


@csrf_protect
def _taken(request: DoorRequest, number: str, handler: DeliveryUploadHandler | None = None) -> HttpResponse:
    """Runs when the token is right (which reads the whole request)."""
    board = queries.board_shown(number, viewer=request.viewer)
    if handler is None:
        context = {"board": board, "form": FileForm(), "ticket": new_id(), "interrupted": interrupted(request)}
        return render(request, "register/upload.html", context)
    _ = request.FILES  # reads the request, if the check of the token has not done so
    if handler.before is not None:
        continue_later(handler.before)
        return HttpResponseRedirect(reverse("register:delivery", args=[number, handler.before]) + "?klaar=1")
    reception = handler.reception
    if reception is None:
        context = {"board": board, "form": FileForm(data={}), "ticket": new_id()}
        return render(request, "register/upload.html", context, status=400)
    delivery, outcome = reception.delivery_id, "klaar"
    if not handler.refused:
        try:
            received = reception.finish(check=True)
            delivery = received.delivery
            outcome = "eerder" if received.earlier else "klaar"
            if not received.earlier:
                continue_later(delivery)
        except FileRefused:
            handler.refused = True
    response = HttpResponseRedirect(reverse("register:delivery", args=[number, delivery]) + f"?{outcome}=1")
    response.delivery_taken = True  # type: ignore[attr-defined]  # tells `upload` that nothing needs removing
    return response
