"""The index by which a large portfolio is found in: which things have a word, in segments that are sealed.

What she types has no white space inside a word, so that a word stands in a text exactly when it stands in one of the
words between the white space of that text. A segment therefore has each of those once, folded, with the numbers of the
texts that have it: less than the texts, and looked through in a few milliseconds. Pure.
"""

import struct
import sys
import unicodedata
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple
from uuid import UUID

from lerarenregister.portfolio.rules.searching import folded

BUCKETS = 4
LEAST_INDEXED = 400
"""Fewer things than this are all opened at each search, which takes no longer: most portfolios have no index."""
LOOSE = 30
"""So many things of a bucket may be read beside its segment before the segment is made anew."""
_LAST = 0xFFFF
_MOST_THINGS, _MOST_PDFS = 30_000, 500
"""In one segment: what is beyond is read as if there were no index."""
_TAG = f"index 1 {sys.byteorder} {unicodedata.unidata_version}\n".encode()
"""What was folded by other tables, or packed by another kind of machine, is no index here."""
_SIZES = struct.Struct("<7I")


class OtherIndex(ValueError):
    """The bytes are no index of this form."""


def bucket_of(key: bytes) -> int:
    """The bucket of a thing by its random id, so that it tells nothing more. Whoever erases a thing knows it too."""
    return key[0] * BUCKETS >> 8


def mark_of(key: bytes, version: int) -> str:
    """A thing as it stands, by its id and its version."""
    return f"{key.hex()}:{version}"


def key_in(mark: str) -> bytes:
    """The id in a mark."""
    return bytes.fromhex(mark.partition(":")[0])


def marks_in(text: str) -> set[str]:
    """The marks in a text of them with spaces between; ids may have their hyphens."""
    return set(text.replace("-", "").split())


def index_place(owner: UUID, bucket: int) -> bytes:
    """To what the envelope of a segment is bound."""
    return b"portfolio index 1|" + owner.bytes + bucket.to_bytes(1, "big")


class Said(NamedTuple):
    """What a thing says: the text, what stands above it, and its PDFs with their folded texts. `order`: by what it is
    sorted; "" for one in the bin, of which nothing more is told."""

    mark: str
    order: str
    below: bytes = b""
    above: bytes = b""
    pdfs: tuple[tuple[UUID, bytes], ...] = ()


class Match(NamedTuple):
    """A thing that has every word, by what it is sorted first. `missing` are the words that stand in no other place
    than in its PDFs, `inside` those PDFs."""

    in_heading: bool
    order: str
    mark: str
    missing: tuple[bytes, ...] = ()
    inside: tuple[UUID, ...] = ()


class Segment:
    """An opened segment: the things of one bucket as they stood when it was made. Of its texts those below have even
    numbers and those above odd ones; the numbers of PDFs count down from the last."""

    def __init__(self, packed: bytes) -> None:
        """Raises OtherIndex."""
        if not packed.startswith(_TAG):
            raise OtherIndex
        self.left, *sizes = _SIZES.unpack_from(packed, len(_TAG))
        edges = list(accumulate(sizes, initial=len(_TAG) + _SIZES.size))
        marks, orders, pdfs, lines, ends, texts = (packed[a:b] for a, b in pairwise(edges))
        self.marks = marks.decode().split()
        self._orders = orders.decode().split("\n")
        told = pdfs.decode().split()
        self._pdfs = [(int(number), UUID(key)) for number, key in zip(told[::2], told[1::2], strict=True)]
        self._lines, self._ends, self._texts = lines, memoryview(ends).cast("I"), memoryview(texts).cast("H")

    def matches(self, words: Sequence[bytes], present: Collection[str]) -> Iterator[Match]:
        """Those of its things that still stand as they did (their marks are `present`) and have every word."""
        count = 2 * len(self.marks)
        having: list[set[int]] = []
        heads: set[int] = set()
        texts = [self._texts_with(word) for word in words]
        for each in texts:
            above = {text >> 1 for text in each if text & 1 and text < count}
            heads |= above
            having.append(above.union(text >> 1 for text in each if not text & 1 and text < count))
        for number in set.intersection(*having):
            if (mark := self.marks[number]) in present:
                yield Match(number in heads, self._orders[number], mark)
        for number, pdfs in self._things_with_pdfs().items():
            missing = [place for place, each in enumerate(having) if number not in each]
            if not missing or self.marks[number] not in present:
                continue
            if all(any(text in texts[place] for text, _ in pdfs) for place in missing):
                inside = tuple(key for text, key in pdfs if any(text in texts[place] for place in missing))
                wanted = tuple(words[place] for place in missing)
                yield Match(number in heads, self._orders[number], self.marks[number], wanted, inside)

    def _things_with_pdfs(self) -> dict[int, list[tuple[int, UUID]]]:
        found: dict[int, list[tuple[int, UUID]]] = {}
        for place, (number, key) in enumerate(self._pdfs):
            found.setdefault(number, []).append((_LAST - place, key))
        return found

    def _texts_with(self, word: bytes) -> set[int]:
        """The numbers of the texts in which it stands: the texts of each line that has it."""
        parts = self._lines.split(word)
        parts.pop()
        lines = dict.fromkeys(accumulate([each.count(b"\n") for each in parts]))
        ends, texts = self._ends, self._texts
        return set(array("H", b"".join([texts[ends[line] : ends[line + 1]] for line in lines])))


def packed_segment(things: Iterable[Said | None]) -> bytes:
    """The segment of these things as bytes to seal. Left out, counted and read themselves at a search are what does not
    open (None) and what does not fit in any more."""
    of: dict[bytes, list[int]] = {}
    marks, orders, pdfs, left = list[str](), list[str](), list[str](), 0
    for thing in things:
        if thing is None or len(marks) >= _MOST_THINGS or len(pdfs) + len(thing.pdfs) > _MOST_PDFS:
            left += 1
            continue
        number = len(marks)
        marks.append(thing.mark)
        orders.append(thing.order)
        for text, where in ((thing.below, 2 * number), (thing.above, 2 * number + 1)):
            for word in _folded_words(text):
                of.setdefault(word, []).append(where)
        for key, text in thing.pdfs:
            for word in set(text.split()):
                of.setdefault(word, []).append(_LAST - len(pdfs))
            pdfs.append(f"{number} {key.hex}")
    ends = array("I", accumulate(map(len, of.values()), initial=0))
    numbers = array("H", [number for each in of.values() for number in each])
    parts = [" ".join(marks).encode(), "\n".join(orders).encode(), " ".join(pdfs).encode(), b"\n".join(of)]
    parts += [ends.tobytes(), numbers.tobytes()]
    return _TAG + _SIZES.pack(left, *map(len, parts)) + b"".join(parts)


def _folded_words(text: bytes) -> Iterable[bytes]:
    """The words between the white space of the folded text. Folding leaves white space where it stands, so that words
    can be folded one by one, and most are plain."""
    if text.isascii():
        return set(text.lower().split())
    found: set[bytes] = set()
    for word in set(text.split()):
        if word.isascii():
            found.add(word.lower())
        else:
            found.update(folded(word.decode()).encode().split())
    return found
