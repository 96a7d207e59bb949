"""The only readers. Hers take the viewer, her sealer and what she shares with; those of a reader take a secret.

Of what is not there, is another's, was taken back or is past its end a reader learns the same, by the same question.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Length

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import SMALLEST, Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.portfolio.rules.files import FileRef, file_place, unpack_reference
from lerarenregister.portfolio.rules.pieces import PIECE_BYTES, opened_piece, pieces_of
from lerarenregister.portfolio.sharing.errors import NotShared
from lerarenregister.portfolio.sharing.models import Copy, CopyFile, CopyPiece, Note, Share, Sheet
from lerarenregister.portfolio.sharing.rules import notes
from lerarenregister.portfolio.sharing.rules.copies import (
    CopyPart,
    Cover,
    cover_place,
    reference_place,
    secret_place,
    sheet_place,
    unpack_sheet,
)
from lerarenregister.portfolio.sharing.rules.lines import Line, Way, line_place
from lerarenregister.portfolio.sharing.rules.notes import note_place
from lerarenregister.portfolio.sharing.rules.receiving import Own
from lerarenregister.portfolio.sharing.rules.secrets import Secret

MOST_SHOWN = 200
_BATCH = 100


@dataclass(frozen=True, slots=True)
class ShareView:
    """A share of hers. `opens` says whether the copy can be opened; `openings` and `answers` how often that was done,
    and how often was written back, as far as the copy is there."""

    id: UUID
    line: Line
    opens: bool
    openings: int = 0
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """When a copy was opened, and what was written back, oldest first."""

    openings: tuple[datetime, ...]
    answers: tuple[tuple[UUID, notes.Note], ...]


@dataclass(frozen=True, slots=True)
class Received:
    """A copy that somebody shared with her by name. To see this much is no opening."""

    id: UUID
    cover: Cover


@dataclass(frozen=True, slots=True)
class OpenCopy:
    """A copy that a reader has the secret of, with its cover."""

    id: UUID
    cover: Cover
    sealer: Sealer = field(repr=False)


def shares(viewer: Viewer, sealer: Sealer, *, at: datetime) -> list[ShareView]:
    """Her shares, those that can be opened first, then newest first."""
    owner = viewer.person()
    copies = _open_copies(owner, at)
    found = [_viewed(row, owner, sealer, copies) for row in Share.objects.filter(owner=owner)]
    return sorted(found, key=_opens_and_when, reverse=True)


def shares_that_open(viewer: Viewer, sealer: Sealer, *, at: datetime) -> tuple[list[ShareView], int]:
    """The same for whom takes it along, but those of which her line does not open; and how many these are."""
    owner = viewer.person()
    copies, found, shut = _open_copies(owner, at), [], 0
    for row in Share.objects.filter(owner=owner):
        try:
            found.append(_viewed(row, owner, sealer, copies))
        except Unreadable:
            shut += 1
    return sorted(found, key=_opens_and_when, reverse=True), shut


def _opens_and_when(view: ShareView) -> tuple[bool, datetime, UUID]:
    return view.opens, view.line.shared_at, view.id


def share(viewer: Viewer, sealer: Sealer, share_id: UUID, *, at: datetime) -> ShareView:
    """One share of hers; raises Absent."""
    owner = viewer.person()
    row = Share.objects.filter(pk=share_id, owner=owner).first()
    if row is None:
        raise Absent
    return _viewed(row, owner, sealer, _open_copies(owner, at))


def link_of(own: Own, view: ShareView) -> str:
    """What stands behind the hash sign of the link of a share of hers; "" when there is none, or it opens nothing."""
    return own.secret(view.id, view.line.salt).text if view.opens and view.line.way is Way.LINK else ""


def being_made(viewer: Viewer, share_id: UUID) -> bool:
    """Whether a copy of hers with this id is on its way."""
    return Copy.objects.filter(pk=share_id, owner=viewer.person(), lookup=None).exists()


def was_sent(viewer: Viewer, share_id: UUID) -> bool:
    """Whether the form with this id was sent before, and a share of hers came of it."""
    return Share.objects.filter(pk=share_id, owner=viewer.person()).exists()


def heard(viewer: Viewer, own: Own, share_id: UUID) -> Heard:
    """When her share was opened and what was written back. A note that was not sealed for her is left out: rows that
    somebody else put there must not hide those that are hers."""
    rows = Note.objects.filter(share=share_id, share__owner=viewer.person())
    found: list[tuple[UUID, notes.Note]] = []
    for row in rows:
        try:
            found.append((row.pk, notes.Note.unpack(own.open(bytes(row.envelope), bound_to=note_place(share_id)))))
        except (Unreadable, ValueError):
            continue
    found.sort(key=lambda each: (each[1].at, each[0]))
    return Heard(tuple(note.at for _, note in found if not note.text), tuple(each for each in found if each[1].text))


def received(viewer: Viewer, own: Own, *, at: datetime) -> list[Received]:
    """The newest 200 of what is shared with her by name, the newest day first. What does not open with her key is left
    out."""
    viewer.person()
    found = []
    rows = Copy.objects.filter(tag=own.address.tag, until__gte=dutch_date(at)).exclude(lookup=None)
    for row in rows.iterator(chunk_size=_BATCH):
        try:
            found.append(Received(row.pk, _cover(row, _secret_for(row, own).sealer())))
        except (Unreadable, ValueError):
            continue
    return heapq.nlargest(MOST_SHOWN, found, key=lambda each: (each.cover.shared_on, each.id))


def secret_for(viewer: Viewer, own: Own, share_id: UUID, *, at: datetime) -> Secret:
    """The secret of a copy that is shared with her by name; raises Absent."""
    viewer.person()
    row = Copy.objects.filter(pk=share_id, tag=own.address.tag, until__gte=dutch_date(at)).exclude(lookup=None).first()
    if row is None:
        raise Absent
    try:
        return _secret_for(row, own)
    except Unreadable as error:
        raise Absent from error


def opened(secret: Secret, *, at: datetime) -> OpenCopy:
    """The copy of a secret. Raises NotShared, and takes the same way to it, whatever the reason is."""
    row = Copy.objects.filter(lookup=secret.lookup(), until__gte=dutch_date(at)).first()
    if row is None:
        raise NotShared
    sealer = secret.sealer()
    return OpenCopy(row.pk, _cover(row, sealer), sealer)


def sheet(copy: OpenCopy, number: int) -> tuple[CopyPart, ...]:
    """The parts of one sheet, counted from 0. Raises NotShared when the copy is gone, or has no such sheet."""
    envelope = Sheet.objects.filter(copy=copy.id, number=number).values_list("envelope", flat=True).first()
    if envelope is None:
        raise NotShared
    return unpack_sheet(copy.sealer.open(bytes(envelope), bound_to=sheet_place(copy.id, number)))


def file_of(copy: OpenCopy, file_id: UUID) -> FileRef:
    """A file of the copy; raises NotShared."""
    packed = CopyFile.objects.filter(pk=file_id, copy=copy.id).values_list("reference", flat=True).first()
    if packed is None:
        raise NotShared
    return unpack_reference(copy.sealer.open(bytes(packed), bound_to=reference_place(copy.id, file_id)))


def file_bytes(copy: OpenCopy, file: FileRef, *, first: int = 0) -> Iterator[bytes]:
    """The file from its byte `first` on, a piece at a time, each asked for when it is wanted. Raises Unreadable."""
    for number in range(first // PIECE_BYTES, pieces_of(file.size)):
        if number * PIECE_BYTES >= file.size:
            return  # only what it was filled up with is left
        envelope = _envelope(copy, file, number, small=False)
        piece = opened_piece(envelope, copy.id, file.id, copy.sealer, number=number, size=file.size)
        yield piece[max(0, first - number * PIECE_BYTES) :]


def small_bytes(copy: OpenCopy, file: FileRef) -> bytes:
    """The small image beside an image. Raises NotShared, and Unreadable."""
    if not file.shown:
        raise NotShared
    place = file_place(copy.id, file.id, 0, small=True, last=True)
    return copy.sealer.open(_envelope(copy, file, 0, small=True), bound_to=place).rstrip(b"\0")


def has_any(owner: UUID) -> bool:
    """Whether this owner shares or shared anything. Opens nothing."""
    return any(model._default_manager.filter(owner=owner).exists() for model in (Share, Copy))


def owners_stored() -> Iterator[UUID]:
    """Who has a share stored, each once. Opens nothing."""
    copies = Copy.objects.values_list("owner", flat=True)
    return Share.objects.values_list("owner", flat=True).union(copies).iterator(chunk_size=1_000)


def owners_among(ids: Iterable[UUID]) -> list[UUID]:
    """Those of these of whom something is stored. Opens nothing."""
    found, each_of = [], iter(ids)
    while batch := list(islice(each_of, _BATCH)):
        rows = (
            model._default_manager.filter(owner__in=batch).values_list("owner", flat=True) for model in (Share, Copy)
        )
        found += sorted({owner for owners in rows for owner in owners})
    return found


def bytes_shared(owner: UUID) -> int:
    """The sealed bytes of her copies. Opens nothing."""
    return Copy.objects.filter(owner=owner).aggregate(size=Sum("stored"))["size"] or 0


def copies_of(owner: UUID) -> int:
    """How many copies she has, those included that are being made. Opens nothing."""
    return Copy.objects.filter(owner=owner).count()


def broken_rules() -> Iterator[Finding]:
    """What may never be in the rows of shares. Opens nothing. A copy that is still being made is no finding."""
    whose = Subquery(Share.objects.filter(pk=OuterRef("pk")).values("owner"))
    made = Copy.objects.exclude(lookup=None)
    sheets = Sheet.objects.filter(copy__lookup__isnull=False).values("copy").annotate(most=Max("number"), n=Count("pk"))
    pieces = CopyPiece.objects.filter(small=False, file__copy__lookup__isnull=False)
    counted = pieces.values("file").annotate(most=Max("number"), n=Count("pk"))
    with_pieces, with_sheets = CopyPiece.objects.values("file"), Sheet.objects.values("copy")
    size = Length("envelope")
    rules: list[tuple[str, QuerySet[Any, Any], str]] = [
        ("a copy has no share", made.exclude(pk__in=Share.objects.values("pk")), "pk"),
        ("a copy is not of the owner of its share", made.alias(whose=whose).exclude(owner=F("whose")), "pk"),
        ("a copy has no sheets", made.exclude(pk__in=with_sheets), "pk"),
        ("a copy by name has no secret, or one by link has", made.filter(tag="").exclude(secret=b""), "pk"),
        ("a copy by name has no secret, or one by link has", made.exclude(tag="").filter(secret=b""), "pk"),
        ("a copy was opened or answered more often than it may", _beyond(made), "pk"),
        ("a sheet of a copy is missing", sheets.exclude(n=F("most") + 1), "copy"),
        ("a piece of a shared file is missing", counted.exclude(n=F("most") + 1), "file"),
        (
            "a shared file has no pieces",
            CopyFile.objects.filter(copy__lookup__isnull=False).exclude(pk__in=with_pieces),
            "pk",
        ),
        *(
            (
                "an envelope is too short to be one",
                model._default_manager.alias(size=size).filter(size__lt=SMALLEST),
                "pk",
            )
            for model in (Sheet, CopyPiece, Note)
        ),
    ]
    for rule, rows, key in rules:
        for each in rows.values_list(key, flat=True).iterator(chunk_size=1_000):
            yield Finding(rule, str(each))


def _beyond(made: QuerySet[Copy]) -> QuerySet[Copy]:
    return made.filter(openings__gt=notes.MOST_OPENINGS) | made.filter(answers__gt=notes.MOST_ANSWERS)


def line_of(row: Share, owner: UUID, sealer: Sealer) -> Line:
    """The line of a row. For `actions`, which holds the row locked."""
    return Line.unpack(sealer.open(bytes(row.line), bound_to=line_place(owner, row.pk)))


def _open_copies(owner: UUID, at: datetime) -> dict[UUID, tuple[int, int]]:
    today: date = dutch_date(at)
    rows = Copy.objects.filter(owner=owner, until__gte=today).exclude(lookup=None)
    return {key: (openings, answers) for key, openings, answers in rows.values_list("pk", "openings", "answers")}


def _viewed(row: Share, owner: UUID, sealer: Sealer, copies: dict[UUID, tuple[int, int]]) -> ShareView:
    openings, answers = copies.get(row.pk, (0, 0))
    return ShareView(row.pk, line_of(row, owner, sealer), row.pk in copies, openings, answers)


def _cover(row: Copy, sealer: Sealer) -> Cover:
    return Cover.unpack(sealer.open(bytes(row.cover), bound_to=cover_place(row.pk)))


def _secret_for(row: Copy, own: Own) -> Secret:
    return Secret(own.open(bytes(row.secret), bound_to=secret_place(row.pk)))


def _envelope(copy: OpenCopy, file: FileRef, number: int, *, small: bool) -> bytes:
    rows = CopyPiece.objects.filter(file=file.id, file__copy=copy.id, small=small, number=number)
    envelope = rows.values_list("envelope", flat=True).first()
    if envelope is None:
        raise Unreadable("a piece of a shared file is not there")
    return bytes(envelope)
