"""Figures as they were published: what holds of each reference day is its last revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from lerarenregister.register.models import PublishedCount
from lerarenregister.register.queries.counts import Counts, appointments_counted, counts
from lerarenregister.register.rules.figures import ALL, Figure


@dataclass(frozen=True, slots=True)
class DayPublished:
    """The figures of a reference day: `amounts` by figure and sector ("" for all), None for fewer than `base`."""

    on: date
    revision: int
    base: int
    published_at: datetime
    why: str
    amounts: Mapping[tuple[Figure, str], int | None]


def figures_published() -> list[DayPublished]:
    """What holds of every reference day, the oldest first."""
    last = dict(PublishedCount.objects.values_list("on").annotate(last=Max("revision")))
    days: dict[date, DayPublished] = {}
    amounts: dict[date, dict[tuple[Figure, str], int | None]] = {on: {} for on in last}
    for row in PublishedCount.objects.order_by("on", "figure", "sector"):
        if row.revision == last[row.on]:
            amounts[row.on][Figure(row.figure), row.sector] = row.amount
            days[row.on] = DayPublished(row.on, row.revision, row.base, row.published_at, row.why, amounts[row.on])
    return [days[on] for on in sorted(days)]


def days_published() -> set[date]:
    """The reference days of which figures were published."""
    return set(PublishedCount.objects.values_list("on", flat=True).distinct())


def figures_counted(on: date) -> dict[tuple[Figure, str], int]:
    """All figures of a day, counted and not rounded; for `actions.figures` alone."""
    of_each = {
        Figure.REGISTERED: counts(on),
        Figure.CONFIRMED: appointments_counted(on),
        Figure.PRE_REGISTER: appointments_counted(on, pre_register=True),
    }
    return {(figure, sector): amount for figure, found in of_each.items() for sector, amount in _cells(found)}


def _cells(found: Counts) -> list[tuple[str, int]]:
    return [(ALL, found.total), *found.sectors]
