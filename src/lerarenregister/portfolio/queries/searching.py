"""Finding in all that she has, by opening all of it in memory: there is no index, for one would have to be kept.

Opening and looking through 5,000 entries takes some 50 ms. What is in the bin is not found.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.queries.opening import packed_head
from lerarenregister.portfolio.rules.entries import Content, Kind, Part, place
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.heads import PackedHead
from lerarenregister.portfolio.rules.searching import Piece, folded, passage, words_in
from lerarenregister.portfolio.rules.stories import plain_text

MOST = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found: what it is, and where the words stand in it."""

    id: UUID
    form: Form
    kind: Kind
    on: date
    heading: str
    passage: list[Piece]
    named: list[str]
    """Tags and names of files in which a word stands."""


@dataclass(frozen=True, slots=True)
class Found:
    """The first fifty, those with a word in their heading or tags first, then the newest; how many there are in all."""

    hits: list[Hit]
    count: int


def search(viewer: Viewer, sealer: Sealer, typed: str) -> Found:
    """What has every word that she typed in its text, title, tags or names of files."""
    owner, words = viewer.person(), words_in(typed)
    if not words:
        return Found([], 0)
    found: list[tuple[bool, tuple[str, str], UUID, PackedHead, bytes]] = []
    rows = Entry.objects.filter(owner=owner).values_list("id", "version", "head", "body")
    for key, version, head, body in rows.iterator(chunk_size=1_000):
        text = sealer.open(bytes(body), bound_to=place(owner, key, version, Part.BODY))
        packed = packed_head(owner, key, version, head, sealer)
        below = folded(plain_text(text))
        missing = [word for word in words if word not in below]
        if missing and not _may_hold(packed, missing):
            continue  # most things end here, before anything of them is read
        opened = PackedHead.of(packed)
        above = _above(opened)
        if not opened.deleted and all(word in above for word in missing):
            found.append((any(word in above for word in words), opened.order, key, opened, text))
    found.sort(key=lambda each: each[:3], reverse=True)
    hits = [_hit(key, opened.head().content(text), words) for _, _, key, opened, text in found[:MOST]]
    return Found(hits, len(found))


def _may_hold(packed: bytes, words: list[str]) -> bool:
    raw = folded(packed.decode())
    return all(word in raw for word in words)


def _above(head: PackedHead) -> str:
    """What stands above the text: title or first line, tags, names of files."""
    names = (each["name"] for each in head.fields.get("files", ()))
    return folded("\n".join([head.fields["heading"], *head.tags, *names]))


def _text_of(content: Content) -> str:
    return "\n".join([content.text, *(each.text for each in content.pieces)])


def _hit(key: UUID, content: Content, words: tuple[str, ...]) -> Hit:
    named = [*content.facets.tags, *(each.name for each in content.files)]
    return Hit(
        key,
        content.form,
        content.kind,
        content.on,
        content.heading(),
        passage(_text_of(content), words),
        [each for each in named if any(word in folded(each) for word in words)],
    )
