"""Reading files: what an entry names, and the opened bytes, piece by piece. What is of another owner is absent."""

import io
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import Length

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import SMALLEST, Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.portfolio.models import Entry, EntryVersion, File, FilePiece, Waiting
from lerarenregister.portfolio.rules.entries import Part, place
from lerarenregister.portfolio.rules.files import Came, FileRef, file_place, unpack_reference, waiting_place
from lerarenregister.portfolio.rules.heads import Head
from lerarenregister.portfolio.rules.pieces import PIECE_BYTES, opened_piece, pieces_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def files_stored(owner: UUID) -> int:
    """The sealed bytes of her files, also of those that wait, without a zip that is brought in: that lies here only as
    long as she waits for it. Opens nothing."""
    zips = Waiting.objects.filter(file__owner=owner, came=Came.ZIP).values("file")
    return File.objects.filter(owner=owner).exclude(pk__in=zips).aggregate(size=Sum("stored"))["size"] or 0


def is_there(viewer: Viewer, file: FileRef) -> bool:
    """Whether a file of hers is still there."""
    return File.objects.filter(owner=viewer.person(), pk=file.id).exists()


def files_of(viewer: Viewer, sealer: Sealer, entry_id: UUID) -> list[FileRef]:
    """Each file that the entry names, those of the present version first, then of earlier ones; raises Absent."""
    owner = viewer.person()
    present = Entry.objects.filter(pk=entry_id, owner=owner).values_list("version", "head").first()
    if present is None:
        raise Absent
    earlier = EntryVersion.objects.filter(entry_id=entry_id).order_by("-version").values_list("version", "head")
    found: dict[UUID, FileRef] = {}
    for version, head in [present, *earlier]:
        packed = sealer.open(bytes(head), bound_to=place(owner, entry_id, version, Part.HEAD))
        for each in Head.unpack(packed).files:
            found.setdefault(each.id, each)
    return list(found.values())


def file_of(viewer: Viewer, sealer: Sealer, entry_id: UUID, file_id: UUID) -> FileRef:
    """One file that the entry names; raises Absent."""
    found = next((each for each in files_of(viewer, sealer, entry_id) if each.id == file_id), None)
    if found is None:
        raise Absent
    return found


def files_waiting(viewer: Viewer, sealer: Sealer, ids: Collection[UUID]) -> list[FileRef]:
    """Those of these files that came in to their end and wait for an entry of hers, in this order."""
    owner = viewer.person()
    rows = Waiting.objects.filter(file__in=ids, file__owner=owner).exclude(reference=b"")
    sealed = dict(rows.values_list("file_id", "reference"))
    return [
        unpack_reference(sealer.open(bytes(sealed[key]), bound_to=waiting_place(owner, key)))
        for key in ids
        if key in sealed
    ]


def file_bytes(viewer: Viewer, sealer: Sealer, file: FileRef, *, first: int = 0) -> Iterator[bytes]:
    """The file from its byte `first` on, a piece at a time, each asked for when it is wanted. Raises Unreadable."""
    owner = viewer.person()
    for number in range(first // PIECE_BYTES, pieces_of(file.size)):
        if number * PIECE_BYTES >= file.size:
            return  # only what it was filled up with is left
        piece = file_piece(owner, sealer, file.id, number=number, size=file.size)
        yield piece[max(0, first - number * PIECE_BYTES) :]


def file_piece(owner: UUID, sealer: Sealer, file: UUID, *, number: int, size: int) -> bytes:
    """One piece of a file of hers of this size. Raises Unreadable."""
    return opened_piece(_envelope(owner, file, number, small=False), owner, file, sealer, number=number, size=size)


class OpenedFile(io.RawIOBase):
    """A file of hers to read in any order, with one opened piece in memory. Raises Unreadable."""

    def __init__(self, viewer: Viewer, sealer: Sealer, file: FileRef) -> None:
        self._owner, self._sealer, self._file = viewer.person(), sealer, file
        self._place = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """In any order."""
        return True

    def tell(self) -> int:
        """Where it is."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go somewhere else in it."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._file.size}[whence]
        if start + offset < 0:
            raise OSError("there is nothing before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """What is left of the piece where it is, as far as it fits."""
        view = memoryview(buffer).cast("B")
        number, inside = divmod(self._place, PIECE_BYTES)
        if self._place >= self._file.size:
            return 0
        if number != self._number:
            size = self._file.size
            self._piece = file_piece(self._owner, self._sealer, self._file.id, number=number, size=size)
            self._number = number
        found = self._piece[inside : inside + len(view)]
        view[: len(found)] = found
        self._place += len(found)
        return len(found)


def small_bytes(viewer: Viewer, sealer: Sealer, file: FileRef) -> bytes:
    """The small image beside an image. Raises Absent, and Unreadable."""
    if not file.shown:
        raise Absent
    owner = viewer.person()
    where = file_place(owner, file.id, 0, small=True, last=True)  # it fits in one piece
    return sealer.open(_envelope(owner, file.id, 0, small=True), bound_to=where).rstrip(b"\0")


def _envelope(owner: UUID, file: UUID, number: int, *, small: bool) -> bytes:
    rows = FilePiece.objects.filter(file=file, file__owner=owner, small=small, number=number)
    envelope = rows.values_list("envelope", flat=True).first()
    if envelope is None:
        raise Unreadable("a piece of a file is not there")
    return bytes(envelope)


def broken_files() -> Iterator[Finding]:
    """What may never be in the rows of files. Opens nothing. A file that still comes in is no finding."""
    pieces = FilePiece.objects.filter(small=False).values("file").annotate(most=Max("number"), count=Count("pk"))
    waiting = Waiting.objects.values("file")
    of_entry, sized = File.objects.exclude(entry=None), FilePiece.objects.alias(size=Length("envelope"))
    rules: list[tuple[str, QuerySet[Any, Any], str]] = [
        ("a file has neither an entry nor a day", File.objects.filter(entry=None).exclude(pk__in=waiting), "pk"),
        ("a file of an entry still waits", Waiting.objects.exclude(file__entry=None), "pk"),
        ("a file is not of the owner of its entry", of_entry.exclude(owner=F("entry__owner")), "pk"),
        ("a piece of a file is missing", pieces.exclude(count=F("most") + 1), "file"),
        ("a file has no pieces", of_entry.filter(stored=0), "pk"),
        ("a piece is too short to be one", sized.filter(size__lt=SMALLEST), "pk"),
    ]
    for rule, rows, key in rules:
        for each in rows.values_list(key, flat=True).iterator(chunk_size=1_000):
            yield Finding(rule, str(each))
