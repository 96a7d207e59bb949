"""The only writers. Sharing reads what she hands over, piece by piece, and seals it anew; nothing here opens a
portfolio. Nothing is ever written to the common log (promise 1)."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.bulk import insert_rows
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.files import FileRef, pack_reference
from lerarenregister.portfolio.rules.pieces import Cutter
from lerarenregister.portfolio.sharing import queries
from lerarenregister.portfolio.sharing.errors import (
    FileVanished,
    NotAsked,
    NotesFull,
    NotShared,
    OpenedTooOften,
    ShareInterrupted,
    SharesFull,
)
from lerarenregister.portfolio.sharing.models import Copy, CopyFile, CopyPiece, Note, Share, Sheet
from lerarenregister.portfolio.sharing.queries import OpenCopy
from lerarenregister.portfolio.sharing.rules import notes
from lerarenregister.portfolio.sharing.rules.copies import (
    Cover,
    Story,
    cover_place,
    pack_sheet,
    reference_place,
    secret_place,
    sheet_place,
)
from lerarenregister.portfolio.sharing.rules.lines import MOST_SHARES, Asked, Line, Way, line_place
from lerarenregister.portfolio.sharing.rules.receiving import Address, Own
from lerarenregister.portfolio.sharing.rules.secrets import SALT_BYTES, Secret

MADE_WITHIN_DAYS = 2
_ROWS_AT_ONCE = 4
_TRIES = 3
_MARK_BYTES = 16
"""While a copy is being made its cover is a mark of the try that makes it."""
_END_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Files:
    """How to read her own files: the bytes of one, and the small image beside an image. Both may raise Unreadable."""

    whole: Callable[[FileRef], Iterable[bytes]]
    small: Callable[[FileRef], bytes]


def share(
    *,
    viewer: Viewer,
    sealer: Sealer,
    own: Own,
    share_id: UUID,
    story: Story,
    asked: Asked,
    to: Address | None,
    files: Files,
    most_bytes: int,
    at: datetime,
) -> None:
    """Make a frozen copy of a story and share it: by link, or `to` an address. Again with the same id changes nothing;
    while the first is still at it, or was killed, the second takes its place.

    Everything is read, sealed and stored before the one transaction that lets it be opened; what is cut short can not
    be opened, and goes with the daily work. Raises Absent for an id of somebody else, SharesFull, FileVanished for a
    file that can not be read, and ShareInterrupted when the account was closed or the same form came again meanwhile.
    """
    owner = viewer.person()
    mark = _begun(owner, share_id, at)
    if mark is None:
        return
    salt = secrets.token_bytes(SALT_BYTES)
    secret = own.secret(share_id, salt)
    try:
        making = _Making(owner, share_id, mark, secret.sealer(), most_bytes)
        sheets = making.copy(story, files)
        cover = Cover(
            story.title,
            story.introduction,
            asked.by,
            asked.purpose,
            dutch_date(at),
            asked.until,
            asked.feedback,
            own.address.public,
            sheets,
        )
        way, address = (Way.NAME, str(to)) if to else (Way.LINK, "")
        line = Line(story.title, asked, way, at, salt, address)
        row = Share(id=share_id, owner=owner, line=sealer.seal(line.pack(), bound_to=line_place(owner, share_id)))
        _finish(row, mark, secret, cover, to)
    except BaseException:
        with transaction.atomic():
            _destroy(_unfinished(owner, share_id).filter(cover=mark))
        raise


def _begun(owner: UUID, share_id: UUID, at: datetime) -> bytes | None:
    """Reserve the place of the copy, also from an earlier try that did not come to its end; the mark of this try, or
    None when the share is there already. Raises Absent."""
    mark = secrets.token_bytes(_MARK_BYTES)
    row = Copy(
        id=share_id,
        owner=owner,
        lookup=None,
        until=dutch_date(at) + timedelta(days=MADE_WITHIN_DAYS),
        tag="",
        secret=b"",
        cover=mark,
        stored=0,
        openings=0,
        answers=0,
    )
    for _try in range(_TRIES):
        before = _owner_of(share_id)
        if before is not None:
            if before != owner:
                raise Absent
            return None
        try:
            with transaction.atomic():
                _destroy(_unfinished(owner, share_id))
                row.save(force_insert=True)
                _check_count(owner)
        except IntegrityError:
            continue  # another try came in between, or the id is of somebody else
        return mark
    raise Absent


def _destroy(copies: QuerySet[Copy]) -> int:
    """Remove copies with all that is in them, how many: locked first, so that nothing comes in meanwhile. Whoever locks
    a copy and its share locks the copy first."""
    keys = list(copies.select_for_update().order_by("pk").values_list("pk", flat=True))
    if keys:
        Copy.objects.filter(pk__in=keys).delete()
    return len(keys)


def _unfinished(owner: UUID, share_id: UUID) -> QuerySet[Copy]:
    return Copy.objects.filter(pk=share_id, owner=owner, lookup=None)


def _owner_of(share_id: UUID) -> UUID | None:
    return Share.objects.filter(pk=share_id).values_list("owner", flat=True).first()


@transaction.atomic
def _finish(row: Share, mark: bytes, secret: Secret, cover: Cover, to: Address | None) -> None:
    """From now on it can be opened. The count is looked at once more: two at once did not see each other."""
    sealed = secret.sealer().seal(cover.pack(), bound_to=cover_place(row.pk))
    found = (
        _unfinished(row.owner, row.pk)
        .filter(cover=mark)
        .update(
            lookup=secret.lookup(),
            until=cover.until,
            tag=to.tag if to else "",
            secret=to.seal(secret.value, bound_to=secret_place(row.pk)) if to else b"",
            cover=sealed,
        )
    )
    if not found:
        raise ShareInterrupted
    _check_count(row.owner)
    row.save(force_insert=True)


def _check_count(owner: UUID) -> None:
    if queries.copies_of(owner) > MOST_SHARES:
        raise SharesFull(f"at most {MOST_SHARES} copies at once")


class _Making:
    """A copy on its way into the tables, sealed under the key of its share, a few rows at a time."""

    def __init__(self, owner: UUID, share: UUID, mark: bytes, sealer: Sealer, most_bytes: int) -> None:
        self._owner, self._share, self._mark, self._sealer, self._most = owner, share, mark, sealer, most_bytes
        self._rows: list[tuple[UUID, UUID, bool, int, bytes]] = []
        self._stored = 0

    def copy(self, story: Story, files: Files) -> int:
        """Store the whole; how many sheets it has."""
        ids = {each.id: random_id() for each in story.files()}
        count = 0
        for number, parts in enumerate(story.copied(ids).sheets()):
            envelope = self._sealer.seal(pack_sheet(parts), bound_to=sheet_place(self._share, number))
            row = Sheet(id=random_id(), copy_id=self._share, number=number, envelope=envelope)
            self._store(len(envelope), lambda row=row: row.save(force_insert=True))  # type: ignore[misc]  # bound now
            count += 1
        for file in story.files():
            self._file(file, replace(file, id=ids[file.id]), files)
        return count

    def _file(self, file: FileRef, copied: FileRef, files: Files) -> None:
        reference = self._sealer.seal(pack_reference(copied), bound_to=reference_place(self._share, copied.id))
        row = CopyFile(id=copied.id, copy_id=self._share, reference=reference)
        self._store(len(reference), lambda: row.save(force_insert=True))
        try:
            digest, cutter = hashlib.sha256(), Cutter(self._share, copied.id, self._sealer)
            for piece in files.whole(file):
                digest.update(piece)
                self._add(copied, cutter.feed(piece))
            self._add(copied, cutter.finish())
            if copied.shown:
                small = Cutter(self._share, copied.id, self._sealer, small=True)
                self._add(copied, small.feed(files.small(file)), small=True)
                self._add(copied, small.finish(), small=True)
        except Unreadable as error:
            raise FileVanished(str(error)) from error
        if digest.hexdigest() != file.sha256:
            raise FileVanished("a file is not what its entry says")
        self._write()

    def _add(self, file: FileRef, pieces: Iterator[tuple[int, bytes]], *, small: bool = False) -> None:
        for number, envelope in pieces:
            self._rows.append((random_id(), file.id, small, number, envelope))
            if len(self._rows) == _ROWS_AT_ONCE:
                self._write()

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        if rows:
            columns = ("id", "file_id", "small", "number", "envelope")
            self._store(sum(len(each[4]) for each in rows), lambda: insert_rows(CopyPiece, columns, rows))

    def _store(self, more: int, write: Callable[[], Any]) -> None:
        if queries.bytes_shared(self._owner) + more > self._most:
            raise SharesFull("as many bytes are shared as may be at once")
        self._stored += more
        with transaction.atomic():
            if not _unfinished(self._owner, self._share).filter(cover=self._mark).update(stored=self._stored):
                raise ShareInterrupted
            write()


@transaction.atomic
def take_back(*, viewer: Viewer, sealer: Sealer, share_id: UUID, at: datetime) -> None:
    """End a share at once: the copy and all by which it could be found are gone. Her line stays, with what readers
    wrote. Again changes nothing. Raises Absent."""
    owner = viewer.person()
    gone = _destroy(Copy.objects.filter(pk=share_id, owner=owner))
    row = Share.objects.select_for_update().filter(pk=share_id, owner=owner).first()
    if row is None:
        raise Absent
    line = queries.line_of(row, owner, sealer)
    if gone and line.ended_on is None:
        ended = replace(line, ended_on=dutch_date(at))
        row.line = sealer.seal(ended.pack(), bound_to=line_place(owner, share_id))
        row.save(update_fields=["line"])


@transaction.atomic
def remove_line(*, viewer: Viewer, share_id: UUID, at: datetime) -> bool:
    """Remove what she keeps of a share that has ended, with what readers wrote; whether it is gone. One that can still
    be opened stays: she takes it back first. Raises Absent."""
    owner = viewer.person()
    if not Share.objects.filter(pk=share_id, owner=owner).exists():
        raise Absent
    if Copy.objects.filter(pk=share_id, until__gte=dutch_date(at)).exists():
        return False
    _destroy(Copy.objects.filter(pk=share_id, owner=owner))
    Share.objects.filter(pk=share_id, owner=owner).delete()
    return True


@transaction.atomic
def note_opening(*, copy: OpenCopy, at: datetime) -> None:
    """A reader opened the copy: kept for the owner alone. Raises NotShared when it is gone, OpenedTooOften."""
    row = _locked(copy)
    if row.openings >= notes.MOST_OPENINGS:
        raise OpenedTooOften
    Copy.objects.filter(pk=row.pk).update(openings=row.openings + 1)
    _keep_note(copy, random_id(), notes.Note(at))


@transaction.atomic
def write_back(*, copy: OpenCopy, note_id: UUID, text: str, name: str, at: datetime) -> bool:
    """Keep for the owner what a reader writes; whether there was anything to keep. The same again with the same id
    changes nothing; what he changed since is kept beside it.

    Raises NotShared, NotAsked, NotesFull, and Invalid for what is too long.
    """
    if not copy.cover.feedback:
        raise NotAsked
    note = notes.Note(at, text, name)
    if not note.text:
        return False
    row, note_id = _locked(copy), notes.id_of(note_id, note)
    if Note.objects.filter(pk=note_id).exists():
        return True
    if row.answers >= notes.MOST_ANSWERS:
        raise NotesFull
    Copy.objects.filter(pk=row.pk).update(answers=row.answers + 1)
    _keep_note(copy, note_id, note)
    return True


def _locked(copy: OpenCopy) -> Copy:
    """The row of a copy, so that of two notes at once the second counts the first. Raises NotShared."""
    row = Copy.objects.select_for_update().filter(pk=copy.id).only("openings", "answers").first()
    if row is None:
        raise NotShared
    return row


def _keep_note(copy: OpenCopy, note_id: UUID, note: notes.Note) -> None:
    sealed = Address(copy.cover.receiver).seal(note.pack(), bound_to=notes.note_place(copy.id))
    Note(id=note_id, share_id=copy.id, envelope=sealed).save(force_insert=True)


@transaction.atomic
def end_due(*, at: datetime) -> int:
    """Remove the copies that are past their last day, and those that were never finished; how many, 50 at most."""
    due = Copy.objects.filter(until__lt=dutch_date(at)).order_by("pk").values_list("pk", flat=True)
    return _destroy(Copy.objects.filter(pk__in=list(due[:_END_AT_MOST])))


@transaction.atomic
def end_some() -> int:
    """Remove copies, whosever they are, 50 at most; how many. Their lines stay, with what readers wrote."""
    return _destroy(
        Copy.objects.filter(pk__in=list(Copy.objects.order_by("pk").values_list("pk", flat=True)[:_END_AT_MOST]))
    )


@transaction.atomic
def erase_shares(*, viewer: Viewer) -> None:
    """Erase all that she shares or kept of it."""
    erase_shares_of(owners=[viewer.person()])


@transaction.atomic
def erase_shares_of(*, owners: Iterable[UUID]) -> int:
    """Erase the shares of these owners, whose accounts are closed; of how many there was something."""
    found = 0
    for owner in owners:
        copies = _destroy(Copy.objects.filter(owner=owner))
        lines, _ = Share.objects.filter(owner=owner).delete()
        found += bool(copies or lines)
    return found
