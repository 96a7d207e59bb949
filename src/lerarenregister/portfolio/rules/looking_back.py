"""Her years at a glance: how many things she wrote down, when, about what, and how she learned. Counts and no more:
no norm, no average, no other person, no points.

A year is a school year, from the first of August: that is how she remembers it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lerarenregister.portfolio.rules.entries import Kind

FIRST_MONTH = 8
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """What counts of one entry: its day, its kind, the names of the themes it belongs to."""

    on: date
    kind: Kind
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YearBack:
    """A school year, named by the year in which it begins: entries by month from August, courses and all else."""

    year: int
    months: tuple[int, ...]
    formal: int
    informal: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.formal + self.informal


@dataclass(frozen=True, slots=True)
class ThemeBack:
    """A theme, and how many entries belonged to it in each of the years."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LookBack:
    """The last ten years in which something was written, the earliest first, and the themes that were in them. `shut`:
    how many things do not open, of which nobody knows the year."""

    years: tuple[YearBack, ...]
    themes: tuple[ThemeBack, ...]
    shut: int = 0


def school_year(on: date) -> int:
    """The year in which the school year of a day begins."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def look_back(entries: Iterable[Seen], themes: Sequence[str]) -> LookBack:
    """What these entries come to, for these themes in this order; a theme without an entry is left out."""
    seen = list(entries)
    with_any = sorted({school_year(each.on) for each in seen})
    years = range(max(with_any[0], with_any[-1] - MOST_YEARS + 1), with_any[-1] + 1) if with_any else range(0)
    months = Counter((school_year(each.on), (each.on.month - FIRST_MONTH) % 12) for each in seen)
    formal = Counter(school_year(each.on) for each in seen if each.kind is Kind.COURSE)
    about = Counter((theme, school_year(each.on)) for each in seen for theme in each.themes)
    backs = []
    for year in years:
        of_year = tuple(months[year, month] for month in range(12))
        backs.append(YearBack(year, of_year, formal[year], sum(of_year) - formal[year]))
    rows = (ThemeBack(name, tuple(about[name, year] for year in years)) for name in themes)
    return LookBack(tuple(backs), tuple(each for each in rows if any(each.counts)))
