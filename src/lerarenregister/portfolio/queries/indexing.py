"""Her index: what of it opens, how her things stand now, and a segment made anew from them.

An index is never trusted for what it does not say: a thing counts as found by it only while its mark, the id and the
version, is the one under which the segment knows it. Everything else is read itself. So no index, an old one, half of
one and a damaged one all give the same results.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Aggregate, CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from lerarenregister.audit.bulk import rows_of
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio.models import Entry, FilePiece, IndexSegment
from lerarenregister.portfolio.rules.entries import places
from lerarenregister.portfolio.rules.filetypes import PDF
from lerarenregister.portfolio.rules.heads import PackedHead
from lerarenregister.portfolio.rules.indexing import (
    BUCKETS,
    LEAST_INDEXED,
    LOOSE,
    OtherIndex,
    Said,
    Segment,
    bucket_of,
    index_place,
    key_in,
    mark_of,
    marks_in,
    packed_segment,
)
from lerarenregister.portfolio.rules.pieces import TextPiece, opened_text
from lerarenregister.portfolio.rules.stories import plain_bytes

_TEXTS_AT_ONCE = 20


class OpenedThing(NamedTuple):
    """A thing with its head and body as opened bytes."""

    mark: str
    head: bytes
    body: bytes


class _Joined(Aggregate):
    """The texts of all rows in one, with spaces between."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ' ')"
    output_field = TextField()

    def as_sqlite(self, *args: Any, **context: Any) -> Any:
        """As SQLite calls it."""
        return self.as_sql(*args, **{**context, "function": "GROUP_CONCAT"})


def marks_of(owner: UUID) -> set[str]:
    """The marks of all her things. Opens nothing, and is one row: thousands of them take the most of a search."""
    mark = Concat(Cast("id", CharField()), Value(":"), Cast(F("version"), CharField()), output_field=TextField())
    joined = Entry.objects.filter(owner=owner).aggregate(all=_Joined(mark))["all"]
    return marks_in(joined or "")


def segments_of(owner: UUID, sealer: Sealer) -> dict[int, Segment]:
    """Her segments by their buckets: those that open, and are of the form of now."""
    rows = IndexSegment.objects.filter(owner=owner)
    found = {}
    for bucket, envelope in rows_of(rows.values_list("bucket", "envelope")):
        try:
            found[bucket] = Segment(sealer.open(envelope, bound_to=index_place(owner, bucket)))
        except (Unreadable, OtherIndex):
            continue
    return found


def behind(segments: dict[int, Segment], loose: Iterable[str], count: int) -> int | None:
    """The bucket that is to be made anew, if any, of a portfolio of so many things of which these were read beside."""
    if count < LEAST_INDEXED:
        return None
    beside = [0] * BUCKETS
    for mark in loose:
        beside[bucket_of(key_in(mark))] += 1
    for bucket, number in enumerate(beside):
        if number > LOOSE + (segments[bucket].left if bucket in segments else 0):
            return bucket
    return None


def opened_things(
    owner: UUID, sealer: Sealer, rows: QuerySet[Entry], wanted: Collection[str] | None = None
) -> Iterator[OpenedThing | str]:
    """Those of these rows, opened, and with `wanted` only those; the mark alone of one that does not open."""
    texts = rows.annotate(text_id=Cast("id", CharField())).values_list("text_id", "version", "head", "body")
    for text_id, version, head, body in rows_of(texts):
        key = bytes.fromhex(text_id.replace("-", ""))
        head_place, body_place = places(owner, key, version)
        mark = mark_of(key, version)
        if wanted is not None and mark not in wanted:
            continue
        try:
            yield OpenedThing(mark, sealer.open(head, bound_to=head_place), sealer.open(body, bound_to=body_place))
        except Unreadable:
            yield mark


def segment_of(owner: UUID, sealer: Sealer, bucket: int) -> tuple[bytes, set[str]]:
    """A segment as bytes to seal, made from the things of its bucket as they stand now; and of which."""
    first = bucket * (1 << 128) // BUCKETS
    rows = Entry.objects.filter(owner=owner, pk__range=(UUID(int=first), UUID(int=first + (1 << 128) // BUCKETS - 1)))
    things, marks = opened_things(owner, sealer, rows), set[str]()

    def said() -> Iterator[Said | None]:
        for thing in things:
            one = _said(owner, sealer, thing) if isinstance(thing, OpenedThing) else None
            if one is not None:
                marks.add(one.mark)
            yield one

    return packed_segment(said()), marks


def _said(owner: UUID, sealer: Sealer, thing: OpenedThing) -> Said | None:
    head = PackedHead.of(thing.head)
    if head.deleted:
        return Said(thing.mark, "")
    texts = list(texts_of(owner, sealer, pdfs_in(head), TextPiece.FOLDED))
    told = tuple((file, text) for file, text in texts if text is not None)
    if len(told) < len(texts):
        return None
    return Said(thing.mark, " ".join(head.order), plain_bytes(thing.body), above(head), told)


def above(head: PackedHead) -> bytes:
    """What stands above the text: title or first line, tags, names of files."""
    names = (each["name"] for each in head.fields.get("files", ()))
    return "\n".join([head.fields["heading"], *head.tags, *names]).encode()


def pdfs_in(head: PackedHead) -> list[UUID]:
    """Its files that are PDFs."""
    return [UUID(each["id"]) for each in head.fields.get("files", ()) if each["type"] == PDF]


def texts_of(owner: UUID, sealer: Sealer, files: list[UUID], number: TextPiece) -> Iterator[tuple[UUID, bytes | None]]:
    """The texts of these PDFs, of those that have one; None for one that does not open."""
    for start in range(0, len(files), _TEXTS_AT_ONCE):
        some = files[start : start + _TEXTS_AT_ONCE]
        rows = FilePiece.objects.filter(file__in=some, file__owner=owner, small=True, number=number)
        for file, envelope in rows_of(rows.annotate(of=Cast("file_id", CharField())).values_list("of", "envelope")):
            key = UUID(file)
            try:
                text = opened_text(envelope, owner, key, sealer, number)
            except Unreadable:
                text = None
            yield key, text
