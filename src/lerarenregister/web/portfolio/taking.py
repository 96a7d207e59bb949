"""Taking everything with her, and bringing it back: both within her own request, both without the disk."""

from zipfile import ZipFile

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.errors import FileGone, FileRefused, ImagesBusy, PortfolioFull
from lerarenregister.portfolio.rules.files import Room
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import MOST_FORM_BYTES, Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages, takeout
from lerarenregister.web.portfolio.bringin import (
    MOST_BYTES,
    Read,
    TooLarge,
    ZipIn,
    file_in,
    most_bytes,
    open_zip,
    read_zip,
)
from lerarenregister.web.portfolio.uploads import MB, room
from lerarenregister.web.requests import DoorRequest


@pages.private
@require_safe
def take_out(request: DoorRequest) -> HttpResponse:
    """What is in the zip, and the link to it."""
    keys.sealer_of(request)
    return render(request, "portfolio/take_out.html")


@limited(Kind.HEAVY, methods=("GET",))
@require_safe
def download(request: DoorRequest) -> HttpResponse | StreamingHttpResponse:
    """The zip, streamed."""
    try:
        sealer = keys.sealer_of(request)
        pieces = takeout.stream(request.viewer, sealer, keys.own_of(request), at=request.at)
    except keys.KeyNeeded:
        return pages.key_needed(request)
    except Unreadable:
        return render(request, "portfolio/unreadable.html", status=500)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="portfolio-{dutch_date(request.at).isoformat()}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@sent_twice("what she has already, by the hash of its content, does not come in again")
# More is read and dropped, so that the browser shows the page that says it is too large.
@limited(Kind.HEAVY, methods=("POST",), most_bytes=most_bytes() + MOST_BYTES + MOST_FORM_BYTES)
@csrf_exempt  # only so far as to choose where the upload goes before it is read; `_bring_in` checks the token
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: DoorRequest) -> HttpResponse:
    """The page to bring a zip back, and the bringing back. Of a stranger not a byte of the upload is read."""
    sealer = keys.sealer_of(request)
    handler = ZipIn(request, sealer)
    request.upload_handlers = [handler]
    try:
        response: HttpResponse = _bring_in(request, sealer, handler)
    finally:
        handler.abandon()
    return response


@csrf_protect
@pages.private
def _bring_in(request: DoorRequest, sealer: Sealer, handler: ZipIn) -> HttpResponse:
    most = settings.PORTFOLIO_FILES_MB + MOST_BYTES // MB
    if request.method != "POST":
        return render(request, "portfolio/bring_in.html", {"most": most})
    _read = request.FILES  # reads the request, if the check of the token has not done so
    try:
        if handler.too_large:
            raise TooLarge("the zip is too large")
        if handler.overtaken:
            raise FileGone("another import began")
        with handler.opened() as packed, open_zip(packed) as archive:
            read = read_zip(archive, at=request.at)
            imported = _imported(request, sealer, archive, read)
    except (Invalid, Unreadable) as refusal:
        if isinstance(refusal, Unreadable) and handler.is_there():
            raise
        context = {"problem": _problem(refusal, most), "most": most}
        return render(request, "portfolio/bring_in.html", context, status=400)
    context = {"imported": imported, "lacking": read.lacking, "most": most}
    return render(request, "portfolio/bring_in.html", context)


def _imported(request: DoorRequest, sealer: Sealer, archive: ZipFile, read: Read) -> actions.Imported:
    """Bring in what is in the zip. The zip itself lies beside her files as long as this takes, and takes no room."""
    most = room().of_portfolio
    return actions.import_entries(
        viewer=request.viewer,
        sealer=sealer,
        entries=read.entries,
        draft=read.draft,
        files=lambda file: file_in(archive, file),
        room=Room(of_file=most, of_portfolio=most),
        at=request.at,
    )


def _problem(refusal: Exception, most: int) -> str:
    if isinstance(refusal, FileGone | Unreadable):
        return _(
            "Je begon intussen nog een keer met terugzetten, misschien in een ander venster. Dat gaat daar verder."
        )
    if isinstance(refusal, TooLarge):
        return _("Dit bestand is te groot. Het mag {most} MB zijn.").format(most=most)
    if isinstance(refusal, ImagesBusy):
        return _("Er worden nu te veel foto's tegelijk bewaard. Er is niets teruggezet. Probeer het straks nog eens.")
    if isinstance(refusal, PortfolioFull | FileRefused):
        return _("Samen met wat je hier al hebt, is dit meer dan er in een portfolio past. Er is niets teruggezet.")
    return _("Dit is geen zip die je hier meenam, of er is iets in veranderd. Kies de zip zoals je hem kreeg.")
