"""An entry that comes in, as the rows that will be stored: sealed under her key in its new place, before anything is
locked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Part, place
from lerarenregister.portfolio.rules.heads import Head

ENTRY_COLUMNS = ("id", "owner", "version", "head", "body")
VERSION_COLUMNS = ("id", "entry_id", "version", "head", "body")


@dataclass(frozen=True, slots=True)
class Sealed:
    """The row of the entry and the rows of its earlier versions, in the order of the columns above."""

    entry: tuple[UUID, UUID, int, bytes, bytes]
    versions: tuple[tuple[UUID, UUID, int, bytes, bytes], ...]
    deleted: bool


def sealed_anew(kept: KeptEntry, *, owner: UUID, sealer: Sealer, at: datetime) -> Sealed:
    """Under a new random id; a deleted one is deleted at the moment `at`."""
    key, version = random_id(), len(kept.earlier) + 1

    def sealed(number: int, head: Head, content: Content) -> tuple[bytes, bytes]:
        return (
            sealer.seal(head.pack(), bound_to=place(owner, key, number, Part.HEAD)),
            sealer.seal(content.text.encode(), bound_to=place(owner, key, number, Part.BODY)),
        )

    first, deleted_at = kept.first_saved_at, at if kept.deleted else None
    head = Head.of(kept.content, first_saved_at=first, saved_at=kept.saved_at, deleted_at=deleted_at)
    versions = tuple(
        (
            random_id(),
            key,
            number,
            *sealed(number, Head.of(each.content, first_saved_at=first, saved_at=each.saved_at), each.content),
        )
        for number, each in enumerate(kept.earlier, start=1)
    )
    return Sealed((key, owner, version, *sealed(version, head, kept.content)), versions, kept.deleted)
