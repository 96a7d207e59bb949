"""Files come in: each piece is sealed as soon as it is there, and the file waits until an entry names it.

A reception writes piece by piece, outside of any transaction, because a file takes as long as the line of who sends it.
What was not finished, or never named, goes by itself: by `abandon`, and else by the daily work.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.turns import take_turn
from lerarenregister.audit.bulk import insert_rows
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.actions.pdf_text import PdfReading
from lerarenregister.portfolio.errors import FileEmpty, FileGone, FilesFull, FileTooLarge, ImageTooLarge
from lerarenregister.portfolio.models import Entry, File, FilePiece, Waiting
from lerarenregister.portfolio.queries.files import files_stored
from lerarenregister.portfolio.rules import images
from lerarenregister.portfolio.rules.files import Came, FileRef, Room, clean_name, pack_reference, waiting_place
from lerarenregister.portfolio.rules.filetypes import LOOKED_AT, OTHER, PDF, PDF_BEGINS, PICTURES, media_type_of
from lerarenregister.portfolio.rules.images import MOST_IMAGE_BYTES, Moving
from lerarenregister.portfolio.rules.pdf_text import MOST_BYTES
from lerarenregister.portfolio.rules.pieces import Cutter, text_pieces

_PIECES_AT_ONCE = 4
_PIECE_COLUMNS = ("id", "file_id", "small", "number", "envelope")
WAITS_DAYS = 2
"""What comes in just before midnight waits a whole day: only days stand in the clear, no moments."""
_DESTROY_AT_MOST = 100


class Store:
    """One file on its way into the table: sealed piece by piece, unseen until `keep` gives it its name.

    A PDF of at most 20 MB is held in memory too, to have its text read at the end; the text is sealed beside it.
    """

    def __init__(
        self,
        *,
        viewer: Viewer,
        sealer: Sealer,
        room: Room,
        at: datetime,
        reading: PdfReading | None = None,
        came: Came = Came.FORM,
    ) -> None:
        self.id = random_id()
        self._owner, self._sealer, self._room = viewer.person(), sealer, room
        self._cutter = Cutter(self._owner, self.id, sealer)
        self._digest = hashlib.sha256()
        self._pieces: list[tuple[UUID, UUID, bool, int, bytes]] = []
        self._stored = 0
        self._reading = reading or PdfReading()
        self._whole: bytearray | None = bytearray()
        """What came in, as long as it may be a PDF that is read."""
        with transaction.atomic():
            take_turn(self._owner)
            File(id=self.id, owner=self._owner, stored=0).save(force_insert=True)
            due_on = dutch_date(at) + timedelta(days=WAITS_DAYS)
            Waiting(file_id=self.id, due_on=due_on, reference=b"", came=came).save(force_insert=True)

    def feed(self, data: bytes) -> None:
        """Some bytes of it. Raises FileTooLarge and FilesFull."""
        if self._cutter.size + len(data) > self._room.of_file:
            raise FileTooLarge(f"a file has at most {self._room.of_file} bytes")
        self._digest.update(data)
        self._add(self._cutter.feed(data))
        self._hold(data)

    def keep(self, name: str, media_type: str, picture: images.Picture | None = None) -> FileRef:
        """The end of it: from now on an entry may name it. Raises FileEmpty and FilesFull."""
        if not self._cutter.size:
            raise FileEmpty("there is nothing in the file")
        self._add(self._cutter.finish())
        if picture:
            small = Cutter(self._owner, self.id, self._sealer, small=True)
            self._add(small.feed(picture.small), small=True)
            self._add(small.finish(), small=True)
        self._write()
        if media_type == PDF and self._whole:
            self._write_text(self._reading.text_of(bytes(self._whole)))
        self._whole = None
        size = (picture.width, picture.height) if picture else (0, 0)
        reference = FileRef(self.id, name, media_type, self._cutter.size, self._digest.hexdigest(), *size)
        sealed = self._sealer.seal(pack_reference(reference), bound_to=waiting_place(self._owner, self.id))
        Waiting.objects.filter(file_id=self.id).update(reference=sealed)
        return reference

    def abandon(self) -> None:
        """Remove what came in so far."""
        remove([self.id])

    def _hold(self, data: bytes) -> None:
        if self._whole is None:
            return
        self._whole += data
        start = bytes(self._whole[: len(PDF_BEGINS)])
        if len(self._whole) > MOST_BYTES or not PDF_BEGINS.startswith(start):
            self._whole = None

    def _write_text(self, text: str) -> None:
        """The text beside the PDF. It never stands in the way of the file: where it does not fit, it is left out."""
        if not text:
            return
        for number, envelope in text_pieces(text, self._owner, self.id, self._sealer):
            self._pieces.append((random_id(), self.id, True, number, envelope))
        try:
            self._write()
        except FilesFull:
            self._pieces = []

    def _add(self, pieces: Iterable[tuple[int, bytes]], *, small: bool = False) -> None:
        for number, envelope in pieces:
            self._pieces.append((random_id(), self.id, small, number, envelope))
            if len(self._pieces) == _PIECES_AT_ONCE:
                self._write()

    def _write(self) -> None:
        more = sum(len(envelope) for *_, envelope in self._pieces)
        if files_stored(self._owner) + more > self._room.of_portfolio:
            raise FilesFull("the files of a portfolio are at their most")
        self._stored += more
        with transaction.atomic():
            if not File.objects.filter(pk=self.id).update(stored=self._stored):
                raise FileGone  # the account was closed, or the daily work took it, while it came in
            insert_rows(FilePiece, _PIECE_COLUMNS, self._pieces)
        self._pieces = []


class Reception:
    """A file that she sends: what it is, is told by its first bytes; an image is made anew before it is kept.

    An image is held in memory (40 MB at most), everything else goes through in pieces.
    """

    def __init__(
        self, *, viewer: Viewer, sealer: Sealer, room: Room, at: datetime, reading: PdfReading | None = None
    ) -> None:
        self._viewer, self._sealer, self._room, self._at = viewer, sealer, room, at
        self._reading = reading or PdfReading()
        self._start = bytearray()
        self._media_type = ""
        self._store: Store | None = None

    def feed(self, data: bytes) -> None:
        """Some bytes of it. Raises FileRefused; then nothing of it is left and no more may come."""
        try:
            self._take(data)
        except BaseException:
            self.abandon()
            raise

    def finish(self, name: str) -> FileRef:
        """The end of it. Raises FileRefused; then nothing of it is left."""
        try:
            if not self._media_type:
                self._decide()
            if self._store is None:
                return self._picture(name)
            return self._store.keep(clean_name(name), self._media_type)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Remove what came in so far."""
        self._start.clear()
        if self._store is not None:
            self._store.abandon()

    def _take(self, data: bytes) -> None:
        if self._store is not None:
            self._store.feed(data)
            return
        self._start += data
        if not self._media_type and len(self._start) >= LOOKED_AT:
            self._decide()
        if len(self._start) > MOST_IMAGE_BYTES:
            raise ImageTooLarge(f"an image has at most {MOST_IMAGE_BYTES} bytes")

    def _decide(self) -> None:
        self._media_type = media_type_of(bytes(self._start[:LOOKED_AT]))
        if self._media_type not in PICTURES:
            self._begun(bytes(self._start))

    def _begun(self, data: bytes) -> Store:
        self._start.clear()
        self._store = Store(
            viewer=self._viewer, sealer=self._sealer, room=self._room, at=self._at, reading=self._reading
        )
        self._store.feed(data)
        return self._store

    def _picture(self, name: str) -> FileRef:
        source = bytes(self._start)
        self._start.clear()
        try:
            picture = images.made_anew(source)
        except Moving:
            return self._begun(source).keep(clean_name(name), OTHER)
        store = self._begun(picture.content)
        return store.keep(clean_name(name, picture.ending), picture.media_type, picture)


def attach(*, entry: Entry, files: Sequence[FileRef]) -> None:
    """Give these files their entry, within the transaction that saves it. Those that it has already stay.

    Raises FileGone for one that is of another entry, of somebody else, or is not there (any more).
    """
    wanted = {each.id for each in files}
    if not wanted:
        return
    rows = File.objects.select_for_update().filter(pk__in=wanted, owner=entry.owner).order_by("pk")
    loose = [row.pk for row in rows if row.entry_id is None]
    known = {row.pk for row in rows if row.entry_id == entry.pk}
    finished = set(Waiting.objects.filter(file__in=loose).exclude(reference=b"").values_list("file_id", flat=True))
    if wanted - known - finished:
        raise FileGone
    if finished:
        File.objects.filter(pk__in=finished).update(entry=entry)
        Waiting.objects.filter(file__in=finished).delete()


@transaction.atomic
def let_go(*, viewer: Viewer, files: Iterable[FileRef]) -> None:
    """Remove those of these files that still wait for an entry."""
    owner = viewer.person()
    waiting = File.objects.filter(pk__in=[each.id for each in files], owner=owner, entry=None)
    remove(waiting.values_list("pk", flat=True))


@transaction.atomic
def clear_brought(*, viewer: Viewer) -> int:
    """Remove what an import of hers left that was killed, or stop one that is still at it elsewhere (FileGone): the
    newest one goes on. How many files. What entries have got meanwhile stays."""
    left = Waiting.objects.filter(file__owner=viewer.person()).exclude(came=Came.FORM)
    return _remove_loose(list(left.values_list("file_id", flat=True)))


@transaction.atomic
def destroy_waiting(*, at: datetime) -> int:
    """Remove what came in and was never named by an entry, or never came to its end; how many, 100 at most.

    Opens nothing. A file that is named meanwhile is locked by that, and has no day any more.
    """
    due = Waiting.objects.filter(due_on__lte=dutch_date(at)).order_by("file_id")
    return _remove_loose(list(due.values_list("file_id", flat=True)[:_DESTROY_AT_MOST]))


def _remove_loose(keys: list[UUID]) -> int:
    """Those of these that have no entry, locked first: an entry that gets one at this moment is looked at after."""
    locked = File.objects.select_for_update().filter(pk__in=keys, entry=None).order_by("pk")
    gone = [row.pk for row in locked]
    remove(gone)
    return len(gone)


def remove(files: Iterable[UUID]) -> None:
    """Remove these files, whosever they are: for what this package stored itself."""
    keys = list(files)
    if keys:
        File.objects.filter(pk__in=keys).delete()
