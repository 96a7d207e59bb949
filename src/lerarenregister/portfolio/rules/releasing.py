"""What may leave a portfolio when its owner says so: coarse values of two school years, and never a text.

Each value is one of a few: how much she wrote down, of which kinds, how she learned. Nothing is counted
exactly, so that a row says little of whose it is; and hours, which she notes for herself, are not in it.
"""

import enum
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.looking_back import school_year

YEARS = 2


class Amount(enum.StrEnum):
    """How many entries."""

    FEW = "1-4"
    SOME = "5-19"
    MANY = "20+"


class Learning(enum.StrEnum):
    """How she learned: by courses alone, in other ways alone, or both."""

    FORMAL = "formal"
    INFORMAL = "informal"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts of one entry: its day and its kind."""

    on: date
    kind: Kind


@dataclass(frozen=True, slots=True)
class YearFacets:
    """The coarse values of one school year, named by the year in which it begins; `kinds` in the order of the words."""

    year: int
    amount: Amount
    kinds: tuple[Kind, ...]
    learning: Learning

    def fields(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "year": self.year,
            "amount": str(self.amount),
            "kinds": [str(each) for each in self.kinds],
            "learning": str(self.learning),
        }

    @classmethod
    def read(cls, fields: dict[str, Any]) -> Self:
        """From JSON; raises KeyError or ValueError for what this is not."""
        return cls(
            int(fields["year"]),
            Amount(fields["amount"]),
            tuple(Kind(each) for each in fields["kinds"]),
            Learning(fields["learning"]),
        )


def coarse(entries: Iterable[Counted], *, today: date) -> tuple[YearFacets, ...]:
    """The values of this school year and the one before, the latest first; a year without an entry is left out."""
    this = school_year(today)
    by_year: dict[int, list[Counted]] = {}
    for each in entries:
        by_year.setdefault(school_year(each.on), []).append(each)
    years = (this - back for back in range(YEARS))
    return tuple(_of_year(year, by_year[year]) for year in years if year in by_year)


def pack(years: tuple[YearFacets, ...]) -> bytes:
    """As bytes to seal."""
    return json.dumps([each.fields() for each in years]).encode()


def unpack(packed: bytes) -> tuple[YearFacets, ...]:
    """From opened bytes."""
    return tuple(YearFacets.read(each) for each in json.loads(packed))


def mark_of(years: tuple[YearFacets, ...]) -> str:
    """By what a form tells which values she saw: equal for equal values. It is no secret and no proof."""
    return hashlib.sha256(pack(years)).hexdigest()


def _of_year(year: int, entries: list[Counted]) -> YearFacets:
    kinds = tuple(sorted({each.kind for each in entries}))
    formal = Kind.COURSE in kinds
    learning = Learning.BOTH if formal and len(kinds) > 1 else Learning.FORMAL if formal else Learning.INFORMAL
    return YearFacets(year, _amount(len(entries)), kinds, learning)


def _amount(count: int) -> Amount:
    return Amount.MANY if count >= 20 else Amount.SOME if count >= 5 else Amount.FEW
