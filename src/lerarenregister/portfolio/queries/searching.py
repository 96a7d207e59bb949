"""Finding in all that she has, by opening all of it in memory: there is no index, for one would have to be kept.

What 5,000 entries take is measured by `python -m bench pages`. What is in the bin is not found. The text inside PDFs
was folded when they came in, so that it is only opened and looked through; what a search does not need is not opened.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField
from django.db.models.functions import Cast

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio.models import Entry, FilePiece
from lerarenregister.portfolio.rules.entries import Content, Kind, places
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.filetypes import PDF
from lerarenregister.portfolio.rules.heads import Head, PackedHead
from lerarenregister.portfolio.rules.pieces import TextPiece, opened_text
from lerarenregister.portfolio.rules.searching import Piece, fold_all, folded, passage, passage_near, words_in
from lerarenregister.portfolio.rules.stories import plain_bytes

MOST = 50
_BATCH = 250
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
    """The first fifty, those with a word in their heading or tags first, then the newest; how many there are in all."""

    hits: list[Hit]
    count: int


class _Candidate(NamedTuple):
    """Something of hers that may be found, by what it is sorted first. Bytes are kept and no objects: there may be
    thousands, and the collector of garbage would walk through them."""

    in_heading: bool
    order: tuple[str, str]
    key: bytes
    head: bytes
    body: bytes
    missing: tuple[bytes, ...]
    """Words that stand only inside its PDFs, if anywhere."""
    inside: tuple[tuple[UUID, float], ...] = ()
    """The PDFs that have them, and how far in the first one stands."""


def search(viewer: Viewer, sealer: Sealer, typed: str) -> Found:
    """What has every word that she typed in its text, title, tags, names of files or inside its PDFs."""
    owner, words = viewer.person(), words_in(typed)
    if not words:
        return Found([], 0)
    found: list[_Candidate] = []
    hers = Entry.objects.filter(owner=owner).annotate(text_id=Cast("id", CharField()))
    rows = hers.values_list("text_id", "version", "head", "body").iterator(chunk_size=1_000)
    while some := [_opened(owner, sealer, row) for row in islice(rows, _BATCH)]:
        found += _candidates(some, words)
    found = _found_inside(owner, sealer, found)
    found.sort(key=lambda each: each[:3], reverse=True)
    first = found[:MOST]
    shown = dict(_texts(owner, sealer, [file for each in first for file, _ in each.inside], TextPiece.SHOWN))
    return Found([_hit(each, words, shown) for each in first], len(found))


def _opened(
    owner: UUID, sealer: Sealer, row: tuple[str, int, bytes | memoryview, bytes | memoryview]
) -> tuple[bytes, bytes, bytes]:
    """The id as bytes, and the head and the body in opened bytes. The id comes as text: making objects of thousands of
    them takes a tenth of the whole."""
    text_id, version, head, body = row
    key = bytes.fromhex(text_id.replace("-", ""))
    head_place, body_place = places(owner, key, version)
    return key, sealer.open(bytes(head), bound_to=head_place), sealer.open(bytes(body), bound_to=body_place)


def _candidates(opened: list[tuple[bytes, bytes, bytes]], words: tuple[str, ...]) -> list[_Candidate]:
    """Those that have every word, as far as can be told without their PDFs."""
    sought = [word.encode() for word in words]
    below = fold_all([plain_bytes(text) for _, _, text in opened], words)
    lacking = [[word for word in sought if word not in each] for each in below]
    doubtful = [each[1] for each, missing in zip(opened, lacking, strict=True) if missing and _HAS_PDF not in each[1]]
    may_hold = iter(fold_all(doubtful, words))
    some: list[tuple[tuple[str, str], bytes, list[bytes], tuple[bytes, bytes, bytes]]] = []
    for each, missing in zip(opened, lacking, strict=True):
        if missing and _HAS_PDF not in each[1] and not _may_hold(next(may_hold), missing):
            continue  # most things end here, before anything of them is read
        head = PackedHead.of(each[1])
        if not head.deleted:
            some.append((head.order, _above(head), missing, each))
    found = []
    aboves = fold_all([each[1] for each in some], words)
    for (order, _, missing, (key, packed, text)), above in zip(some, aboves, strict=True):
        left = tuple([word for word in missing if word not in above])
        if not left or _HAS_PDF in packed:
            found.append(_Candidate(any(word in above for word in sought), order, key, packed, text, left))
    return found


def _found_inside(owner: UUID, sealer: Sealer, candidates: list[_Candidate]) -> list[_Candidate]:
    """Those of which every word was found, also inside their PDFs."""
    wanted = {file: each for each in candidates if each.missing for file in _pdfs(PackedHead.of(each.head))}
    if not wanted:
        return [each for each in candidates if not each.missing]
    seen: dict[bytes, set[bytes]] = {}
    holding: dict[bytes, list[tuple[UUID, float]]] = {}
    for file, text in _texts(owner, sealer, list(wanted), TextPiece.FOLDED):
        candidate = wanted[file]
        here = {word: begin for word in candidate.missing if (begin := text.find(word)) >= 0}
        if here:
            seen.setdefault(candidate.key, set()).update(here)
            holding.setdefault(candidate.key, []).append((file, min(here.values()) / len(text)))
    return [
        each._replace(inside=tuple(holding.get(each.key, ()))) if each.missing else each
        for each in candidates
        if len(seen.get(each.key, ())) == len(each.missing)
    ]


def _texts(owner: UUID, sealer: Sealer, files: list[UUID], number: TextPiece) -> Iterator[tuple[UUID, bytes]]:
    for start in range(0, len(files), _BATCH):
        some = files[start : start + _BATCH]
        rows = FilePiece.objects.filter(file__in=some, file__owner=owner, small=True, number=number)
        for file, envelope in rows.values_list("file_id", "envelope").iterator(chunk_size=20):
            yield file, opened_text(bytes(envelope), owner, file, sealer, number)


def _pdfs(head: PackedHead) -> list[UUID]:
    return [UUID(each["id"]) for each in head.fields.get("files", ()) if each["type"] == PDF]


def _may_hold(folded_head: bytes, words: list[bytes]) -> bool:
    """Whether the words may stand above a text, as far as can be seen without reading the head: in its JSON quotes and
    backslashes stand otherwise."""
    return all(word in folded_head for word in words if word.isalnum())


def _above(head: PackedHead) -> bytes:
    """What stands above the text: title or first line, tags, names of files."""
    names = (each["name"] for each in head.fields.get("files", ()))
    return "\n".join([head.fields["heading"], *head.tags, *names]).encode()


def _text_of(content: Content) -> str:
    return "\n".join([content.text, *(each.text for each in content.pieces)])


def _hit(found: _Candidate, words: tuple[str, ...], shown: Mapping[UUID, bytes]) -> Hit:
    content = Head.unpack(found.head).content(found.body)
    named = [*content.facets.tags, *(each.name for each in content.files)]
    names = {each.id: each.name for each in content.files}
    wanted = [each.decode() for each in found.missing]
    return Hit(
        UUID(bytes=found.key),
        content.form,
        content.kind,
        content.on,
        content.heading(),
        passage(_text_of(content), words),
        [each for each in named if any(word in folded(each) for word in words)],
        [
            Inside(names[file], passage_near(shown.get(file, b"").decode(), tuple(wanted), share))
            for file, share in found.inside
        ],
    )
