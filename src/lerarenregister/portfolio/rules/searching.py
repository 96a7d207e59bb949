"""What it is to find: every word that she typed stands somewhere in the thing, whatever its case and accents.

No word is stemmed and none is left out: who types less finds more. Pure.
"""

import unicodedata
from dataclasses import dataclass

MOST_TYPED, MOST_WORDS = 200, 8
_MARKS = [chr(0x0300 + each) for each in (*range(5), 6, 7, 8, 0xA, 0xB, 0xC, 0x27, 0x28)]
"""The marks that NFKD sets apart from the letters of European languages."""
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
    spread = unicodedata.normalize("NFKD", text.casefold())
    for mark in _MARKS:  # several times as quick as a pattern or a test of each letter
        spread = spread.replace(mark, "")
    return spread


def missing_from(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that do not stand in the text. Most stand there as they were folded: setting marks apart, which takes
    longest, is only done for a word that does not."""
    lowered = text.casefold()
    missing = tuple(word for word in words if word not in lowered)
    if not missing or lowered.isascii():
        return missing
    below = folded(text)
    return tuple(word for word in missing if word not in below)


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
    plain, places = [], []
    for place, each in enumerate(line):
        for one in folded(each):
            plain.append(one)
            places.append(place)
    return "".join(plain), places
