"""What leaves with her in the zip: all that opens, and what does not, by what is still known of it. One damaged row
must not keep the rest here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio.models import Entry, EntryVersion, Purge
from lerarenregister.portfolio.queries.files import file_bytes
from lerarenregister.portfolio.queries.opening import EntryView, head_of, opened, version_of
from lerarenregister.portfolio.queries.order import Named
from lerarenregister.portfolio.rules.entries import EarlierVersion, KeptEntry
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.portfolio.rules.heads import Head

_BATCH = 100


class What(StrEnum):
    """What of an entry does not open: all of it, only what it says now, or only something that it said before."""

    ENTRY = "entry"
    NEWEST = "newest"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Unopened:
    """What does not open of an entry, with its heading and date when these are known."""

    id: UUID
    what: What
    heading: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """All she ever kept, by its heads: the ids newest first, the names of what is not in the bin, and each file that a
    version names, once."""

    ids: tuple[UUID, ...]
    named: tuple[Named, ...]
    files: tuple[FileRef, ...]


def inventory(viewer: Viewer, sealer: Sealer) -> Inventory:
    """What there is to take along. Of what has no head that opens, nor one of an earlier version, there is the id.

    Raises Unreadable when no head of all of them opens: then the key is another one.
    """
    owner = viewer.person()
    found, shut, files = dict[UUID, Head](), set[UUID](), dict[FileRef, None]()
    for key, version, sealed in Entry.objects.filter(owner=owner).values_list("id", "version", "head"):
        if head := _head(owner, key, version, sealed, sealer):
            found[key] = head
        else:
            shut.add(key)
    rows = EntryVersion.objects.filter(entry__owner=owner).order_by("version")
    for key, version, sealed in rows.values_list("entry_id", "version", "head").iterator(chunk_size=_BATCH):
        if head := _head(owner, key, version, sealed, sealer):
            files |= dict.fromkeys(head.files)
            if key in shut:
                found[key] = head
    if shut and not found:
        raise Unreadable("nothing of hers opens with this key")
    ids = sorted(found, key=lambda key: (found[key].on, found[key].first_saved_at, key), reverse=True)
    files |= dict.fromkeys(file for key in ids for file in found[key].files)
    named = tuple(
        Named(key, found[key].heading, found[key].facets.form, found[key].on)
        for key in ids
        if found[key].deleted_at is None
    )
    return Inventory((*ids, *sorted(shut - found.keys())), named, tuple(files))


def _head(owner: UUID, key: UUID, version: int, sealed: bytes | memoryview, sealer: Sealer) -> Head | None:
    try:
        return head_of(owner, key, version, sealed, sealer)
    except Unreadable:
        return None


def all_that_opens(viewer: Viewer, sealer: Sealer, keys: Sequence[UUID]) -> Iterator[KeptEntry | Unopened]:
    """Those of these that are there, in this order, with earlier versions and the bin; reads 100 at a time.

    What does not open is told after what is left of its entry. When only what it says now is lost, the newest of its
    earlier versions stands in its place.
    """
    owner = viewer.person()
    for start in range(0, len(keys), _BATCH):
        yield from _some(keys[start : start + _BATCH], owner, sealer)


def _some(keys: Sequence[UUID], owner: UUID, sealer: Sealer) -> Iterator[KeptEntry | Unopened]:
    rows = Entry.objects.filter(owner=owner).in_bulk(keys)
    binned = set(Purge.objects.filter(entry__in=rows).values_list("entry_id", flat=True))
    earlier: dict[UUID, list[EarlierVersion]] = {key: [] for key in rows}
    lost: dict[UUID, int] = dict.fromkeys(rows, 0)
    for version in EntryVersion.objects.filter(entry_id__in=rows).order_by("version"):
        try:
            view = version_of(version, owner, sealer)
        except Unreadable:
            lost[version.entry_id] += 1
        else:
            earlier[version.entry_id].append(EarlierVersion(view.content, view.saved_at))
    for key in keys:
        if key in rows:
            yield from _one(rows[key], sealer, earlier[key], lost[key], deleted=key in binned)


def _one(
    row: Entry, sealer: Sealer, earlier: list[EarlierVersion], lost: int, *, deleted: bool
) -> Iterator[KeptEntry | Unopened]:
    try:
        now: EntryView | None = opened(row, sealer)
    except Unreadable:
        now = None
    if now is not None:
        gone = now.deleted_at is not None
        yield KeptEntry(now.content, now.first_saved_at, now.saved_at, tuple(earlier), gone, row.pk)
    elif earlier:
        newest, first = earlier[-1], earlier[0].saved_at
        yield KeptEntry(newest.content, first, newest.saved_at, tuple(earlier[:-1]), deleted, row.pk)
        yield Unopened(row.pk, What.NEWEST, newest.content.heading(), newest.content.on)
    else:
        yield _without_body(row, sealer)
    if lost and (now or earlier):
        content = now.content if now else earlier[-1].content
        yield from (Unopened(row.pk, What.EARLIER, content.heading(), content.on) for _ in range(lost))


def _without_body(row: Entry, sealer: Sealer) -> Unopened:
    head = _head(row.owner, row.pk, row.version, row.head, sealer)
    return Unopened(row.pk, What.ENTRY, head.heading, head.on) if head else Unopened(row.pk, What.ENTRY)


def opens_whole(viewer: Viewer, sealer: Sealer, file: FileRef) -> bool:
    """Whether each piece of a file opens: what is sent of it can not be called back."""
    try:
        return sum(map(len, file_bytes(viewer, sealer, file))) == file.size
    except Unreadable:
        return False
