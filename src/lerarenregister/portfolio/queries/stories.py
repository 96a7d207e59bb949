"""A collection as it reads: her entries in her order, with text between them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.queries.opening import EntryView, head_of, opened
from lerarenregister.portfolio.rules.entries import Content
from lerarenregister.portfolio.rules.facets import Form

_BATCH = 500


@dataclass(frozen=True, slots=True)
class StoryPart:
    """One part of a story: an entry as it is now, or a text between entries. `place` counts from 0."""

    place: int
    text: str
    entry: UUID | None = None
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A whole collection, rendered: nothing in it leads back to a row."""

    title: str
    introduction: str
    on: date
    parts: tuple[StoryPart, ...]


@dataclass(frozen=True, slots=True)
class PieceLine:
    """A piece while she arranges them: the heading of an entry, or a text. What is in the bin or gone has no heading.
    `place` counts from 0."""

    place: int
    text: str
    entry: UUID | None = None
    heading: str = ""
    on: date | None = None


def story(viewer: Viewer, sealer: Sealer, collection: UUID) -> Story:
    """A collection as it reads now; raises Absent. Entries in the bin or gone for good are left out, and so is whatever
    is no entry. The whole is frozen: a copy of it can be kept or shared apart."""
    owner = viewer.person()
    view = _collection(owner, collection, sealer)
    found: dict[UUID, Content] = {}
    for rows in _batches(owner, view.content.chosen()):
        for row in rows:
            entry = opened(row, sealer)
            if entry.deleted_at is None and entry.content.form is Form.ENTRY:
                found[row.pk] = entry.content
    parts = (
        StoryPart(place, piece.text, piece.entry, found.get(piece.entry) if piece.entry else None)
        for place, piece in enumerate(view.content.pieces)
        if piece.entry is None or piece.entry in found
    )
    return Story(view.heading, view.content.text if view.content.title else "", view.content.on, tuple(parts))


def pieces_of(viewer: Viewer, sealer: Sealer, view: EntryView, *, start: int, most: int) -> list[PieceLine]:
    """Some pieces of a collection, from a place on, to arrange them."""
    owner = viewer.person()
    pieces = view.content.pieces[start : start + most]
    heads = {
        row.pk: head_of(owner, row.pk, row.version, row.head, sealer)
        for rows in _batches(owner, [each.entry for each in pieces if each.entry])
        for row in rows
    }
    found = []
    for place, piece in enumerate(pieces, start=start):
        head = heads.get(piece.entry) if piece.entry else None
        shown = head is not None and head.deleted_at is None and head.facets.form is Form.ENTRY
        heading, on = (head.heading, head.on) if head and shown else ("", None)
        found.append(PieceLine(place, piece.text, piece.entry, heading, on))
    return found


def _collection(owner: UUID, key: UUID, sealer: Sealer) -> EntryView:
    row = Entry.objects.filter(pk=key, owner=owner).first()
    view = opened(row, sealer) if row else None
    if view is None or view.content.form is not Form.COLLECTION:
        raise Absent
    return view


def _batches(owner: UUID, keys: list[UUID]) -> list[list[Entry]]:
    different = list(dict.fromkeys(keys))
    return [
        list(Entry.objects.filter(owner=owner, pk__in=different[start : start + _BATCH]))
        for start in range(0, len(different), _BATCH)
    ]
