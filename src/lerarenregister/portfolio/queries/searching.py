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
    found = []
    rows = Entry.objects.filter(owner=owner).values_list("id", "version", "head", "body")
    for key, version, head, body in rows.iterator(chunk_size=500):
        packed = packed_head(owner, key, version, head, sealer)
        text = sealer.open(bytes(body), bound_to=place(owner, key, version, Part.BODY))
        raw = folded(packed.decode()) + folded(text.decode(errors="replace"))
        if not all(word in raw for word in words):
            continue  # most things end here, before anything of them is read
        opened = PackedHead.of(packed)
        content = opened.head().content(text)
        above, below = _above(content), folded(_text_of(content))
        if not opened.deleted and all(word in above or word in below for word in words):
            found.append((any(word in above for word in words), opened.order, key, content))
    found.sort(key=lambda each: each[:3], reverse=True)
    return Found([_hit(key, content, words) for _, _, key, content in found[:MOST]], len(found))


def _above(content: Content) -> str:
    """What stands above the text: title or first line, tags, names of files."""
    names = (each.name for each in content.files)
    return folded("\n".join([content.heading(), *content.facets.tags, *names]))


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
