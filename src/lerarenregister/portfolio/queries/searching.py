"""Finding in all that she has. A large portfolio has an index, sealed as everything of hers; what it does not cover,
and all of a smaller one, is opened in memory.

What 5,000 entries take is measured by `python -m bench pages`. What is in the bin is not found. The text inside PDFs
was folded when they came in, so that it is only opened and looked through; what a search does not need is not opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from heapq import nlargest
from itertools import islice
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.queries.indexing import (
    OpenedThing,
    above,
    behind,
    marks_of,
    opened_things,
    pdfs_in,
    segments_of,
    texts_of,
)
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.filetypes import PDF
from lerarenregister.portfolio.rules.heads import Head, PackedHead
from lerarenregister.portfolio.rules.indexing import Match, key_in
from lerarenregister.portfolio.rules.pieces import TextPiece
from lerarenregister.portfolio.rules.searching import Piece, fold_all, folded, passage, passage_near, words_in
from lerarenregister.portfolio.rules.stories import plain_bytes

MOST = 50
_BATCH = 250
_ASKED_BY_ID = 300
_HAS_PDF = PDF.encode()


@dataclass(frozen=True, slots=True)
class Inside:
    """A PDF in which words stand, and where."""

    name: str
    passage: list[Piece]


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
    inside: list[Inside] = field(default_factory=list)
    """PDFs of it, for a word that stands nowhere else in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The first fifty, those with a word in their heading or tags first, then the newest; how many there are in all;
    how many things could not be looked through, because they do not open. `behind`: the bucket of her index that is to
    be made anew, if any (`actions.indexing`)."""

    hits: list[Hit]
    count: int
    shut: int = 0
    behind: int | None = None


class _Loose:
    """What is read itself, by their marks: the things that matched as opened bytes, and those that do not open. Bytes
    are kept and no objects: there may be thousands, and the collector of garbage would walk through them."""

    def __init__(self, owner: UUID, sealer: Sealer, words: tuple[str, ...]) -> None:
        self.owner, self.sealer, self.words = owner, sealer, words
        self.sought = [word.encode() for word in words]
        self.opened: dict[str, OpenedThing] = {}
        self.read: set[str] = set()
        self.shut: set[str] = set()

    def matches(self, wanted: set[str] | None) -> list[Match]:
        """Those of these that have every word; of all that are there when it is None. Raises Unreadable when there are
        many and none opens: then the key is another one."""
        if wanted is not None and not wanted:
            return []
        rows = Entry.objects.filter(owner=self.owner)
        if wanted is not None and len(wanted) <= _ASKED_BY_ID:
            rows = rows.filter(pk__in=[UUID(bytes=key_in(each)) for each in wanted])
        found: list[Match] = []
        things = opened_things(self.owner, self.sealer, rows, wanted)
        while some := list(islice(things, _BATCH)):
            good = [each for each in some if isinstance(each, OpenedThing)]
            self.shut.update(each for each in some if isinstance(each, str))
            self.read.update(each.mark for each in good)
            found += self._candidates(good)
        return self._found_inside(found)

    def _candidates(self, things: list[OpenedThing]) -> list[Match]:
        """Those that have every word, as far as can be told without their PDFs."""
        words, sought = self.words, self.sought
        below = fold_all([plain_bytes(each.body) for each in things], words)
        lacking = [[word for word in sought if word not in each] for each in below]
        doubtful = [
            each.head for each, missing in zip(things, lacking, strict=True) if missing and _HAS_PDF not in each.head
        ]
        may_hold = iter(fold_all(doubtful, words))
        some: list[tuple[OpenedThing, PackedHead, bytes, list[bytes]]] = []
        for each, missing in zip(things, lacking, strict=True):
            if missing and _HAS_PDF not in each.head and not _may_hold(next(may_hold), missing):
                continue  # most things end here, before anything of them is read
            head = PackedHead.of(each.head)
            if not head.deleted:
                some.append((each, head, above(head), missing))
        found = []
        aboves = fold_all([each[2] for each in some], words)
        for (thing, head, _, missing), told in zip(some, aboves, strict=True):
            left = tuple([word for word in missing if word not in told])
            if not left or _HAS_PDF in thing.head:
                self.opened[thing.mark] = thing
                found.append(Match(any(word in told for word in sought), " ".join(head.order), thing.mark, left))
        return found

    def _found_inside(self, matches: list[Match]) -> list[Match]:
        """Those of which every word was found, also inside their PDFs."""
        beside = {
            file: each
            for each in matches
            if each.missing
            for file in pdfs_in(PackedHead.of(self.opened[each.mark].head))
        }
        inside: dict[str, list[UUID]] = {}
        seen: dict[str, set[bytes]] = {}
        for file, text in texts_of(self.owner, self.sealer, list(beside), TextPiece.FOLDED):
            match = beside[file]
            here = {word for word in match.missing if text is not None and word in text}
            if here:
                seen.setdefault(match.mark, set()).update(here)
                inside.setdefault(match.mark, []).append(file)
            elif text is None:
                self.shut.add(match.mark)
        return [
            each._replace(inside=tuple(inside.get(each.mark, ()))) if each.missing else each
            for each in matches
            if len(seen.get(each.mark, ())) == len(each.missing)
        ]


def search(viewer: Viewer, sealer: Sealer, typed: str) -> Found:
    """What has every word that she typed in its text, title, tags, names of files or inside its PDFs.

    Raises Unreadable when she has something and nothing of it opens.
    """
    owner, words = viewer.person(), words_in(typed)
    if not words:
        return Found([], 0)
    loose = _Loose(owner, sealer, words)
    segments = segments_of(owner, sealer)
    matches: list[Match] = []
    if segments:
        unknown = present = marks_of(owner)
        for segment in segments.values():
            matches += segment.matches(loose.sought, present)
            unknown = unknown.difference(segment.marks)
        matches += loose.matches(unknown)
        count = len(present)
    else:
        matches = loose.matches(None)
        unknown = loose.read
        count = len(unknown)
        if loose.shut and not unknown:
            raise Unreadable("nothing of hers opens with this key")
    hits = _hits(loose, nlargest(MOST, matches))
    return Found(hits, len(matches), len(loose.shut), behind(segments, unknown, count))


def _hits(loose: _Loose, first: list[Match]) -> list[Hit]:
    """What is shown of the first: those that the index found are opened here."""
    owner, sealer, opened = loose.owner, loose.sealer, loose.opened
    by_id = [UUID(bytes=key_in(each.mark)) for each in first if each.mark not in opened]
    if by_id:
        for thing in opened_things(owner, sealer, Entry.objects.filter(owner=owner, pk__in=by_id)):
            if isinstance(thing, OpenedThing):
                opened[thing.mark] = thing
            else:
                loose.shut.add(thing)
    files = [file for each in first for file in each.inside]
    shown = {file: text for file, text in texts_of(owner, sealer, files, TextPiece.SHOWN) if text}
    there = ((each, opened.get(each.mark)) for each in first)
    return [_hit(each, thing, loose.words, shown) for each, thing in there if thing]


def _may_hold(folded_head: bytes, words: list[bytes]) -> bool:
    """Whether the words may stand above a text, as far as can be seen without reading the head: in its JSON quotes and
    backslashes stand otherwise."""
    return all(word in folded_head for word in words if word.isalnum())


def _text_of(content: Content) -> str:
    return "\n".join([content.text, *(each.text for each in content.pieces)])


def _hit(match: Match, thing: OpenedThing, words: tuple[str, ...], shown: Mapping[UUID, bytes]) -> Hit:
    content = Head.unpack(thing.head).content(thing.body)
    named = [*content.facets.tags, *(each.name for each in content.files)]
    wanted = tuple(each.decode() for each in match.missing)
    return Hit(
        UUID(bytes=key_in(match.mark)),
        content.form,
        content.kind,
        content.on,
        content.heading(),
        passage(_text_of(content), words),
        [each for each in named if any(word in folded(each) for word in words)],
        [
            Inside(each.name, _passage_inside(shown.get(each.id, b""), wanted))
            for each in content.files
            if each.id in match.inside
        ],
    )


def _passage_inside(text: bytes, words: tuple[str, ...]) -> list[Piece]:
    """What stands in the text of a PDF around the first of the words that is in it."""
    (plain,) = fold_all([text], words)
    begins = [begin for word in words if (begin := plain.find(word.encode())) >= 0]
    return passage_near(text.decode(), words, min(begins) / len(plain)) if begins else []
