"""What it is to find: every word that she typed stands somewhere in the thing, whatever its case and accents.

No word is stemmed and none is left out: who types less finds more. Pure.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MOST_TYPED, MOST_WORDS = 200, 8
_MARKS = [chr(0x0300 + each) for each in (*range(5), 6, 7, 8, 0xA, 0xB, 0xC, 0x27, 0x28)]
"""The marks that NFKD sets apart from the letters of European languages."""
_TYPED = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
"""Signs that a phone and a word processor put in the place of those on a keyboard."""
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")
"""Plain signs together, every other one by itself."""
_NEAR = 800
AROUND = 90
"""Characters shown on either side of the first word that was found."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a passage; `hit` when it is a word that she typed."""

    text: str
    hit: bool


def folded(text: str) -> str:
    """The text without case and accents: what is compared."""
    if text.isascii():
        return text.lower()
    for sign, key in _TYPED.items():
        text = text.replace(sign, key)
    spread = unicodedata.normalize("NFKD", text.casefold())
    for mark in _MARKS:  # several times as quick as a pattern or a test of each letter
        spread = spread.replace(mark, "")
    return spread


def fold_all(texts: Sequence[bytes], words: tuple[str, ...]) -> list[bytes]:
    """The texts, in UTF-8, as bytes in which each of these words stands where it does in the folded text."""
    if all(map(str.isascii, words)):
        found = _folded_for_ascii(_BETWEEN.join(texts))
        return found.split(_BETWEEN) if found is not None and texts else [_one(each) for each in texts]
    return [folded(each.decode()).encode() for each in texts]


def _one(text: bytes) -> bytes:
    found = _folded_for_ascii(text)
    return folded(text.decode()).encode() if found is None else found


def _folded_for_ascii(raw: bytes) -> bytes | None:
    """The folded text, with every ASCII character where it stands in `folded` and other bytes in the place of the rest.

    None when the text has more than Western European letters and the signs of a typist. It is a table over the bytes
    of UTF-8, many times as quick as folding, and enough for most of what anybody writes.
    """
    if raw.translate(None, _KNOWN):
        raw = _without_signs(raw)
        if raw.translate(None, _KNOWN):
            return None
    if _END_OF_SHARP_S in raw:
        raw = raw.replace(_SHARP_S, b"ss")
    return raw.translate(_LETTERS, b"\xc3")


def _without_signs(raw: bytes) -> bytes:
    """With the signs of a typist as those of a keyboard, and no-break spaces as spaces."""
    first, *rest = raw.split(b"\xe2")
    if rest:
        raw = first + b"".join([_AFTER_E2.get(each[:2], b"\xe2" + each[:2]) + each[2:] for each in rest])
    return raw.replace("\xa0".encode(), b" ") if b"\xc2" in raw else raw


def words_in(typed: str) -> tuple[str, ...]:
    """The words to look for, at most eight; a single letter finds too much and is no word."""
    found = dict.fromkeys(each for each in folded(typed[:MOST_TYPED]).split() if len(each) > 1)
    return tuple(found)[:MOST_WORDS]


def passage(text: str, words: tuple[str, ...]) -> list[Piece]:
    """What stands around the first of the words in a text, in one line, with each word apart; [] without any."""
    line = " ".join(text.split())
    plain, places = _with_places(line)
    begins = [found for word in words if (found := plain.find(word)) >= 0]
    if not begins:
        return []
    first = places[min(begins)]
    start = 0 if first <= AROUND else line.rfind(" ", 0, first - AROUND + 1) + 1
    end = len(line) if first + 2 * AROUND >= len(line) else line.find(" ", first + 2 * AROUND)
    end = len(line) if end < 0 else end
    hits = sorted(_hits(plain, places, words, start, end))
    pieces = [Piece("…", False)] if start else []
    for begin, stop in hits:
        if begin < start:
            continue
        pieces += [Piece(line[start:begin], False), Piece(line[begin:stop], True)]
        start = stop
    pieces += [Piece(line[start:end], False), *([Piece("…", False)] if end < len(line) else [])]
    return [each for each in pieces if each.text]


def passage_near(text: str, words: tuple[str, ...], share: float) -> list[Piece]:
    """What stands around a word in a long text, of which it is known how far in it stands (0 to 1): folding can move it
    a little. Of the whole text only as much is looked at as is needed."""
    middle = round(share * len(text))
    found = passage(text[max(0, middle - _NEAR) : middle + _NEAR], words)
    if found:
        return found
    starts = range(0, len(text), _NEAR)
    some = (text[start : start + 2 * _NEAR] for start in starts)
    return next((passage(each, words) for each in some if any(word in folded(each) for word in words)), [])


def _hits(plain: str, places: list[int], words: tuple[str, ...], start: int, end: int) -> list[tuple[int, int]]:
    """Where the words stand in the line between these places, none over another."""
    found: list[tuple[int, int]] = []
    for word in sorted(words, key=len, reverse=True):
        at = plain.find(word)
        while at >= 0:
            begin, stop = places[at], places[at + len(word) - 1] + 1
            if start <= begin and stop <= end and all(stop <= left or begin >= right for left, right in found):
                found.append((begin, stop))
            at = plain.find(word, at + len(word))
    return found


def _with_places(line: str) -> tuple[str, list[int]]:
    """The folded line, and for each of its characters where it came from: folding can make one letter two, or none."""
    if line.isascii():
        return line.lower(), list(range(len(line)))
    plain: list[str] = []
    places: list[int] = []
    for found in _RUNS.finditer(line):
        run, place = found.group(), found.start()
        if run.isascii():
            plain.append(run.lower())
            places += range(place, found.end())
        else:
            letters = folded(run)
            plain.append(letters)
            places += [place] * len(letters)
    return "".join(plain), places


def _table() -> bytes:
    """What becomes of a byte: A to Z are lowered, and what follows 0xC3 in UTF-8 is a letter of U+00C0 to U+00FF."""
    table = bytearray(range(256))
    for code in (*range(0x80), *range(0xC0, 0x100)):
        letter = folded(chr(code))
        if letter.isascii() and len(letter) == 1:
            table[code if code < 0x80 else code - 0x40] = ord(letter)
    return bytes(table)


_LETTERS = _table()
_BETWEEN = b"\xff"
"""Stands in no UTF-8."""
_KNOWN = bytes((*range(0xC0), 0xC3, 0xFF))
_SHARP_S = "ß".encode()
_END_OF_SHARP_S = _SHARP_S[1:]
"""One byte is looked for at the speed of memory, two are not."""
_AFTER_E2 = {sign.encode()[1:]: key.encode() for sign, key in _TYPED.items()}
_AFTER_E2 |= {"…".encode()[1:]: b"...", "•".encode()[1:]: b"\x97", "€".encode()[1:]: b"\x97"}
"""What stands for the signs of which the UTF-8 begins with 0xE2; the byte 0x97 ends ×, which is no letter."""
