"""Comparing two people: family name, first names, birth date, and the staff number at one board."""

import enum
import re
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from lerarenregister.register.rules.likeness.spelling import letters_of, parts_of, sounded, sounds_of


class Likeness(enum.StrEnum):
    """How sure."""

    SAME = "same"
    POSSIBLE = "possible"
    DIFFERENT = "different"


class Name(enum.StrEnum):
    """What the family names have to do with each other."""

    EQUAL = "name-equal"
    SOUND = "name-sound"
    """Written otherwise, sounding alike."""
    TURNED = "name-turned"
    """The parts of a double name in the other order."""
    PART = "name-part"
    """One part in common: a married name beside the own one."""
    TYPO = "name-typo"
    """One or two letters apart."""
    OTHER = "name-other"


class First(enum.StrEnum):
    """What the first names or initials have to do with each other."""

    EQUAL = "first-equal"
    FITS = "first-fits"
    """One has more of them than the other."""
    ALIKE = "first-alike"
    """Another order, or a letter that is often written for it."""
    PARTLY = "first-partly"
    """One in common: the first with others after it, or the name by which she is called."""
    UNKNOWN = "first-unknown"
    OTHER = "first-other"


class Born(enum.StrEnum):
    """What the birth dates have to do with each other."""

    EQUAL = "born-equal"
    TURNED = "born-turned"
    """Day and month changed places."""
    TYPO = "born-typo"
    """One digit differs, or two beside each other changed places."""
    UNKNOWN = "born-unknown"
    OTHER = "born-other"


class Number(enum.StrEnum):
    """What the staff numbers at one board have to do with each other."""

    ALIKE = "number-alike"
    """The same digits, written otherwise: 123 and P00123."""
    OTHER = "number-other"
    ELSEWHERE = "number-elsewhere"
    """At two boards: says nothing."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as a board or a sign-in knows her. `first` is her initials or given names."""

    family_name: str
    prefix: str
    first: str
    birth_date: date | None
    board: str = ""
    staff_number: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure, and what was found of each: the words for it are the desk's."""

    likeness: Likeness
    name: Name
    first: First
    born: Born
    number: Number

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was found, as it is kept."""
        return (self.name, self.first, self.born, self.number)


_AGREE = frozenset({Name.EQUAL, Name.SOUND, Name.TURNED})
_FIT = frozenset({First.EQUAL, First.FITS})
_SLIP = frozenset({Born.TURNED, Born.TYPO})
_LEAST = 5
"""Letters that a name must have for a letter that differs to be a slip: Smit and Smid are two names."""


def likeness(one: Someone, other: Someone) -> Verdict:
    """How sure it is that these two are one person. The order of the two does not matter.

    Equal name and birth date with other initials are two people: twins. A name that many have is not enough beside a
    birth date that differs: then the initials must say more, or the board be the same.
    """
    first, name = _first(one.first, other.first), _name(one, other)
    born, number = born_like(one.birth_date, other.birth_date), _number(one, other)
    near = bool(one.board) and one.board == other.board
    sure = _sure(first, name, born, near=near, strong=_strong(first, one.first, other.first), number=number)
    return Verdict(sure, name, first, born, number)


def _sure(first: First, name: Name, born: Born, *, near: bool, strong: bool, number: Number) -> Likeness:
    if first is First.OTHER:
        return Likeness.DIFFERENT
    if number is Number.ALIKE and (name is not Name.OTHER or born is Born.EQUAL):
        return Likeness.SAME if name in _AGREE and born is Born.EQUAL else Likeness.POSSIBLE
    if born is Born.EQUAL:
        return _born_together(first, name, near=near, strong=strong)
    possible = born in _SLIP and (
        (name in _AGREE and (strong or (near and first in _FIT))) or (name is not Name.OTHER and strong and near)
    )
    unknown = born is Born.UNKNOWN and name in _AGREE and strong
    return Likeness.POSSIBLE if possible or unknown else Likeness.DIFFERENT


def _born_together(first: First, name: Name, *, near: bool, strong: bool) -> Likeness:
    if name in _AGREE:
        if strong or (near and first in _FIT) or (first is First.EQUAL and name is Name.EQUAL):
            return Likeness.SAME
        return Likeness.POSSIBLE if near or first is not First.PARTLY else Likeness.DIFFERENT
    if name is Name.OTHER:
        return Likeness.POSSIBLE if strong and near else Likeness.DIFFERENT
    if strong:
        return Likeness.SAME
    return Likeness.POSSIBLE if first in _FIT or near else Likeness.DIFFERENT


def _name(one: Someone, other: Someone) -> Name:
    here, there = parts_of(one.prefix, one.family_name), parts_of(other.prefix, other.family_name)
    if here == there and here:
        return Name.EQUAL
    if not here or not there:
        return Name.OTHER
    sounds, others = tuple(map(sounded, here)), tuple(map(sounded, there))
    if sounds == others:
        return Name.SOUND
    if set(sounds) == set(others):
        return Name.TURNED
    if set(sounds) & set(others):
        return Name.PART
    close = any(_slip(mine, hers) for mine in here for hers in there)
    return Name.TYPO if close else Name.OTHER


def _slip(one: str, other: str) -> bool:
    shortest = min(len(one), len(other))
    most = 0 if shortest < _LEAST else 1 if shortest < 2 * _LEAST else 2
    return most > 0 and OSA.distance(one, other, score_cutoff=most) <= most


def _first(one: str, other: str) -> First:
    (here, given), (there, called) = letters_of(one), letters_of(other)
    if not here or not there:
        return First.UNKNOWN
    if given and called and not (given.startswith(called) or called.startswith(given)):
        close = OSA.distance(given, called, score_cutoff=2) <= 2
        return First.ALIKE if close else First.OTHER
    if here == there:
        return First.EQUAL
    if here.startswith(there) or there.startswith(here):
        return First.FITS
    if sorted(here) == sorted(there) or sounds_of(here) == sounds_of(there):
        return First.ALIKE
    return First.PARTLY if here[0] in there or there[0] in here else First.OTHER


def _strong(first: First, one: str, other: str) -> bool:
    """Whether the first names say much: two or more initials that are equal, or a given name."""
    (here, given), (_, called) = letters_of(one), letters_of(other)
    return first is First.EQUAL and (len(here) > 1 or (bool(given) and given == called))


def born_like(one: date | None, other: date | None) -> Born:
    """What two birth dates have to do with each other."""
    if one is None or other is None:
        return Born.UNKNOWN
    if one == other:
        return Born.EQUAL
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Born.TURNED
    return Born.TYPO if OSA.distance(f"{one:%d%m%Y}", f"{other:%d%m%Y}", score_cutoff=1) <= 1 else Born.OTHER


def digits_of(staff_number: str) -> str:
    """What a staff number is recognised by however it is written: its digits; "" when those are too few to say much."""
    digits = re.sub(r"\D", "", staff_number).lstrip("0")
    return digits if len(digits) > 1 else ""


def _number(one: Someone, other: Someone) -> Number:
    if not one.board or one.board != other.board:
        return Number.ELSEWHERE
    here, there = digits_of(one.staff_number), digits_of(other.staff_number)
    return Number.ALIKE if here and here == there else Number.OTHER
