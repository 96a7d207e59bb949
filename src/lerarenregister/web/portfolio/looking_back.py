"""Looking back: her years as pictures with the same numbers in a table, made here as SVG; for her alone."""

import math
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio.queries.looking_back import years_back
from lerarenregister.portfolio.rules.looking_back import FIRST_MONTH, LookBack, YearBack
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.requests import DoorRequest

HIGH, WIDE, GAP = 120, 40, 12
NAME, STEP, STEP_DOWN, DOT = 170, 80, 36, 15


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a picture in its units; `over` is the part on top of it that is of another sort."""

    x: int
    y: int
    height: int
    label: str
    count: int
    over: int = 0
    over_y: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A theme in its picture: the place of its name, and a dot for each year, whose surface is the count."""

    name: str
    y: int
    dots: list[tuple[int, int]]


@pages.private
@require_safe
def look_back(request: DoorRequest) -> HttpResponse:
    """One school year by month, all years by how she learned, and her themes through the years."""
    back = years_back(request.viewer, keys.sealer_of(request))
    if not back.years:
        return render(request, "portfolio/look_back.html", {"back": back, "shut": back.shut})
    asked = request.GET.get("jaar", str(back.years[-1].year))
    year = next((each for each in back.years if str(each.year) == asked), None)
    if year is None:
        raise Absent
    at = back.years.index(year)
    context = {
        "back": back,
        "shut": back.shut,
        "year": year,
        "name": _name(year.year),
        "previous": back.years[at - 1] if at else None,
        "next": back.years[at + 1] if at + 1 < len(back.years) else None,
        "months": _months(year),
        "years": _years(back.years),
        "wide": 12 * (WIDE + GAP),
        "wide_years": len(back.years) * (WIDE + 3 * GAP),
        "themes": _themes(back),
        "wide_themes": NAME + len(back.years) * STEP,
        "high_themes": (len(back.themes) + 1) * STEP_DOWN,
        "heads": [(NAME + number * STEP + STEP // 2, _short(each.year)) for number, each in enumerate(back.years)],
        "names": [_name(each.year) for each in back.years],
        "spread": any(each.formal for each in back.years),
    }
    return render(request, "portfolio/look_back.html", context)


def _months(year: YearBack) -> list[Bar]:
    most = max(year.months) or 1
    bars = []
    for number, count in enumerate(year.months):
        month = date(2018, (FIRST_MONTH - 1 + number) % 12 + 1, 1)
        height = round(HIGH * count / most)
        bars.append(Bar(number * (WIDE + GAP), HIGH - height, height, date_format(month, "F"), count))
    return bars


def _years(years: tuple[YearBack, ...]) -> list[Bar]:
    most = max(each.count for each in years) or 1
    bars = []
    for number, each in enumerate(years):
        informal, formal = (round(HIGH * count / most) for count in (each.informal, each.formal))
        name = _short(each.year)
        below = HIGH - informal
        bars.append(Bar(number * (WIDE + 3 * GAP) + GAP, below, informal, name, each.count, formal, below - formal))
    return bars


def _themes(back: LookBack) -> list[Row]:
    most = max((count for each in back.themes for count in each.counts), default=1)
    return [
        Row(
            each.name,
            (number + 1) * STEP_DOWN,
            [
                (NAME + place * STEP + STEP // 2, round(DOT * math.sqrt(count / most)))
                for place, count in enumerate(each.counts)
            ],
        )
        for number, each in enumerate(back.themes)
    ]


def _short(year: int) -> str:
    """2017-18."""
    return f"{year}-{(year + 1) % 100:02}"


def _name(year: int) -> str:
    """2017-2018."""
    return f"{year}-{year + 1}"
