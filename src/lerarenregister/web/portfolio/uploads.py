"""Files that come with a form: sealed while they come in, never on the disk, removed when the form comes to nothing.

The form's token stands in the same request, so it is known only after the bytes: a view that takes files is wrapped by
`taking_files`, which chooses where they go, lets the token be checked, and removes them unless the view settled them.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio.actions.files import Reception, let_go
from lerarenregister.portfolio.actions.pdf_text import PdfReading
from lerarenregister.portfolio.errors import (
    FileEmpty,
    FileInterrupted,
    FileRefused,
    FilesFull,
    FileTooLarge,
    ImagesBusy,
    ImageTooLarge,
    ImageUnreadable,
)
from lerarenregister.portfolio.rules.files import MOST_FILES, FileRef, Room, clean_name
from lerarenregister.web import errors
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.portfolio import keys
from lerarenregister.web.requests import DoorRequest

FIELD = "bestanden"
END = "einde"
"""The last field of a form with files: when it is not there, what was sent was cut off."""
MB = 1024 * 1024
MOST_BODY = 2 * settings.PORTFOLIO_FILE_MB * MB + MOST_TEXT_BYTES
"""Up to so much is read, and dropped where it is too much, so that the browser shows the page that says so."""
View = TypeVar("View", bound=Callable[..., Any])
_log = logging.getLogger(__name__)


def room() -> Room:
    """What fits, by the settings."""
    return Room(settings.PORTFOLIO_FILE_MB * MB, settings.PORTFOLIO_FILES_MB * MB)


def limit_said() -> dict[str, str]:
    """How large a file may be, for the script that says so before it is sent (`files.js`)."""
    most = settings.PORTFOLIO_FILE_MB
    return {"data-most": str(most), "data-too-large": _("Een bestand mag {most} MB zijn. Te groot:").format(most=most)}


class FilesIn(FileUploadHandler):
    """Feeds each file of the form to a reception of its own. Of what is refused the rest is read and dropped."""

    chunk_size = 1 << 18

    def __init__(self, request: DoorRequest, sealer: Sealer | None) -> None:
        super().__init__(cast(HttpRequest, request))
        self._door, self._sealer = request, sealer
        self._reception: Reception | None = None
        self._reading = PdfReading()
        self.kept: list[FileRef] = []
        self.refused: list[tuple[str, FileRefused]] = []
        self.dropped = False
        """Whether there was a file that nobody could seal: no key, or the database did not answer."""
        self.broken = False
        self.many = False
        """Whether there were more files than one text takes."""
        self.settled = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file in the form begins."""
        super().new_file(*args, **kwargs)
        self._reception = None
        self.many = self.many or len(self.kept) >= MOST_FILES
        if self._sealer is None or self.broken or self.field_name != FIELD or self.many:
            self.dropped = True
            return
        self._reception = Reception(
            viewer=self._door.viewer, sealer=self._sealer, room=room(), at=self._door.at, reading=self._reading
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some bytes of it."""
        if self._reception is not None:
            self._tried(self._reception.feed, raw_data)

    def file_complete(self, file_size: int) -> None:
        """The end of it: the entry may name it now."""
        if self._reception is not None:
            reference = self._tried(self._reception.finish, self.file_name or "")
            if reference is not None:
                self.kept.append(reference)
        self._reception = None

    def upload_interrupted(self) -> None:
        """The browser went away, or what it sent ends within a file."""
        self.cut_off()

    def cut_off(self) -> None:
        """What was sent did not come to its end: the last file is not whole."""
        if self._reception is not None:  # its end was never seen
            self._reception.abandon()
            self._reception = None
            self.refused.append((clean_name(self.file_name or ""), FileInterrupted()))
        elif self.kept:
            last = self.kept.pop()
            let_go(viewer=self._door.viewer, files=[last])
            self.refused.append((last.name, FileInterrupted()))

    def abandon(self) -> None:
        """Remove what came in. What can not be removed now, the daily work removes."""
        try:
            if self._reception is not None:
                self._reception.abandon()
            if self.kept:
                let_go(viewer=self._door.viewer, files=self.kept)
        except DatabaseError:
            _log.exception("files that came to nothing could not be removed")
        self.dropped = self.dropped or bool(self.kept) or self._reception is not None
        self._reception, self.kept = None, []

    def _tried(self, step: Callable[[Any], FileRef | None], what: object) -> FileRef | None:
        try:
            return step(what)
        except FileRefused as refusal:
            self.refused.append((clean_name(self.file_name or ""), refusal))
        except DatabaseError:
            _log.exception("a file could not be stored")
            self.broken = self.dropped = True
        self._reception = None
        return None


def taking_files(view: View) -> View:
    """A view whose form may bring files; it finds them in `files_in(request)` and calls `settle` when they stay.

    Of whoever has no key here no file is kept, and of a large form nothing is read.
    """
    protected = csrf_protect(view)

    @csrf_exempt  # only so far as to choose where the files go before they are read; `protected` checks the token
    @wraps(view)
    def answered(request: DoorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return cast(HttpResponse, protected(request, *args, **kwargs))
        sealer = _sealer_of(request)
        if sealer is None and int(request.META.get("CONTENT_LENGTH") or 0) > MOST_TEXT_BYTES:
            return _go_back(request)
        handler = FilesIn(request, sealer)
        request.upload_handlers = [handler]
        request.files_in = handler  # type: ignore[attr-defined]  # read by `files_in`
        try:
            response = cast(HttpResponse, protected(request, *args, **kwargs))
        except BaseException:
            handler.abandon()
            raise
        if not handler.settled:
            handler.abandon()
        return response

    return answered  # type: ignore[return-value]  # it takes and gives what the view does


def files_in(request: HttpRequest) -> FilesIn | None:
    """What came with the form of this request, read to its end; None for a view that takes no files."""
    handler: FilesIn | None = getattr(request, "files_in", None)
    if handler is not None and request.method == "POST" and END not in request.POST:
        handler.cut_off()
    return handler


def settle(request: HttpRequest) -> None:
    """The files of this request stay: an entry names them, or the form that is shown again does."""
    handler: FilesIn | None = getattr(request, "files_in", None)
    if handler is not None:
        handler.settled = True


def problem(name: str, refusal: FileRefused) -> str:
    """What is the matter with a file, in words."""
    sentences = {
        FileEmpty: _("“{name}” is leeg."),
        FileTooLarge: _("“{name}” is te groot. Een bestand mag {most} MB zijn."),
        ImageTooLarge: _("“{name}” is een te grote afbeelding. Die mag 40 MB en 60 miljoen beeldpunten zijn."),
        ImageUnreadable: _("“{name}” is een afbeelding die niet te openen is. Misschien is het bestand beschadigd."),
        ImagesBusy: _(
            "“{name}” kwam niet aan de beurt: er worden nu te veel foto's tegelijk bewaard. Kies hem straks nog eens."
        ),
        FilesFull: _("“{name}” past er niet meer bij. Je bestanden mogen samen {all} MB zijn."),
        FileInterrupted: _("“{name}” kwam niet helemaal aan. Kies het nog een keer."),
    }
    sentence = sentences.get(type(refusal), _("“{name}” konden we niet bewaren."))
    return sentence.format(name=name, most=settings.PORTFOLIO_FILE_MB, all=settings.PORTFOLIO_FILES_MB)


def _sealer_of(request: DoorRequest) -> Sealer | None:
    try:
        return keys.sealer_of(request)
    except (SignInNeeded, PersonBoundNeeded):
        return None


def _go_back(request: DoorRequest) -> HttpResponse:
    """She has no key here, and sent more than can be given back."""
    heading = _("Nog niet opgeslagen")
    sentences = [
        _("Je was uitgelogd, dus je bestand is niet aangekomen."),
        _("Ga terug met je browser: je tekst staat er nog. Log in via een nieuw tabblad en klik daarna op Opslaan."),
    ]
    text = errors.ErrorText(401, heading, sentences, _("Inloggen"), "/inloggen/")
    return errors.page(request, text)
