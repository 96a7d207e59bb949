"""Which figures are published, of which days. Pure.

Each is rounded by itself (`rules.rounding`), the total too, so that a small number is not what is left of a larger one;
and only of the first of a month, so that between two of them much happened and no single thing shows.
"""

import enum
from collections.abc import Iterator
from datetime import date


class Figure(enum.StrEnum):
    """What is counted; the rulebook says of each what it means (`tellingen.toml`)."""

    REGISTERED = "registered"
    """Teachers with a registration that holds: in all each once, in each sector where they work."""
    CONFIRMED = "confirmed"
    """Appointments that a teacher confirmed and that run."""
    PRE_REGISTER = "pre-register"
    """Those of them that are in the pre-register: each assignment, and not each teacher."""


ALL = ""
"""In the place of a sector: all sectors together, and what is of none."""

MOST_MONTHS = 120
"""Further back nothing is worked out: ten years."""


def reference_day(today: date) -> date:
    """The last reference day that is over: the first of this month, or on that day the one before."""
    first = today.replace(day=1)
    return first if first < today else _month_before(first)


def reference_days(since: date, today: date) -> list[date]:
    """The reference days from this day on, and the last one in any case, the oldest first; of at most ten years."""
    found: list[date] = []
    for day in _backwards(reference_day(today)):
        if found and (day < since or len(found) == MOST_MONTHS):
            break
        found.append(day)
    return found[::-1]


def _backwards(day: date) -> Iterator[date]:
    while True:
        yield day
        day = _month_before(day)


def _month_before(first: date) -> date:
    return first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)
