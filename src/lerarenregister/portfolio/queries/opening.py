"""Rows opened in their place, for the other queries and for `actions`, which holds them locked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio.models import Entry, EntryVersion
from lerarenregister.portfolio.rules.entries import Content, Part, place
from lerarenregister.portfolio.rules.heads import Head


@dataclass(frozen=True, slots=True)
class EntryView:
    """A whole entry in its present version."""

    id: UUID
    version: int
    content: Content
    first_saved_at: datetime
    saved_at: datetime
    deleted_at: datetime | None

    @property
    def heading(self) -> str:
        """Her title or the first line."""
        return self.content.heading()


@dataclass(frozen=True, slots=True)
class VersionView:
    """One earlier version of an entry."""

    version: int
    content: Content
    saved_at: datetime


def opened(row: Entry, sealer: Sealer) -> EntryView:
    """The values of a row, opened in its place."""
    head = head_of(row.owner, row.pk, row.version, row.head, sealer)
    body = sealer.open(bytes(row.body), bound_to=place(row.owner, row.pk, row.version, Part.BODY))
    return EntryView(row.pk, row.version, head.content(body), head.first_saved_at, head.saved_at, head.deleted_at)


def version_of(row: EntryVersion, owner: UUID, sealer: Sealer) -> VersionView:
    """An earlier version, opened in its place."""
    head = head_of(owner, row.entry_id, row.version, row.head, sealer)
    body = sealer.open(bytes(row.body), bound_to=place(owner, row.entry_id, row.version, Part.BODY))
    return VersionView(row.version, head.content(body), head.saved_at)


def head_of(owner: UUID, key: UUID, version: int, head: bytes | memoryview, sealer: Sealer) -> Head:
    """The head in an envelope."""
    return Head.unpack(packed_head(owner, key, version, head, sealer))


def packed_head(owner: UUID, key: UUID, version: int, head: bytes | memoryview, sealer: Sealer) -> bytes:
    """The bytes of the head in an envelope."""
    return sealer.open(bytes(head), bound_to=place(owner, key, version, Part.HEAD))
