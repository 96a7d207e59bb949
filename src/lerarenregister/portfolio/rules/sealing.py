"""An entry that comes in, as the rows that will be stored: sealed under her key in its new place, before anything is
locked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Part, place
from lerarenregister.portfolio.rules.heads import Head
from lerarenregister.portfolio.rules.stories import packed_body

ENTRY_COLUMNS = ("id", "owner", "version", "head", "body")
VERSION_COLUMNS = ("id", "entry_id", "version", "head", "body")


@dataclass(frozen=True, slots=True)
class Sealed:
    """The row of the entry and the rows of its earlier versions, in the order of the columns above."""

    entry: tuple[UUID, UUID, int, bytes, bytes]
    versions: tuple[tuple[UUID, UUID, int, bytes, bytes], ...]
    deleted: bool


def sealed_anew(
    kept: KeptEntry, *, key: UUID, ids: Mapping[UUID, UUID], owner: UUID, sealer: Sealer, at: datetime
) -> Sealed:
    """Under the id `key`, with what it links to under the ids of `ids`; a deleted one is deleted at the moment `at`."""
    version = len(kept.earlier) + 1

    def sealed(number: int, head: Head, content: Content) -> tuple[bytes, bytes]:
        return (
            sealer.seal(head.pack(), bound_to=place(owner, key, number, Part.HEAD)),
            sealer.seal(packed_body(content.text, content.pieces), bound_to=place(owner, key, number, Part.BODY)),
        )

    first, deleted_at = kept.first_saved_at, at if kept.deleted else None
    content = kept.content.renamed(ids)
    head = Head.of(content, first_saved_at=first, saved_at=kept.saved_at, deleted_at=deleted_at)
    versions = tuple(
        (
            random_id(),
            key,
            number,
            *sealed(number, Head.of(before, first_saved_at=first, saved_at=saved_at), before),
        )
        for number, (before, saved_at) in enumerate(
            ((each.content.renamed(ids), each.saved_at) for each in kept.earlier), start=1
        )
    )
    return Sealed((key, owner, version, *sealed(version, head, content)), versions, kept.deleted)
