"""The figures, for everybody: as they were published, with what each means, in a picture and in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lerarenregister.register import queries
from lerarenregister.register.queries import DayPublished
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.figures import ALL, Figure
from lerarenregister.register.rules.institution_files import SECTORS
from lerarenregister.register.rules.rulebooks import Counted
from lerarenregister.web.register.language import in_english
from lerarenregister.web.requests import DoorRequest

SECTOR_NAMES: dict[str, Promise] = {
    "po": _("Basisonderwijs (po)"),
    "so": _("Speciaal onderwijs (so)"),
    "vo": _("Voortgezet onderwijs (vo)"),
    "mbo": _("Middelbaar beroepsonderwijs (mbo)"),
}
MONTHS_SHOWN = 13
"""A month and the year before it: a change of the season shows as one."""
_HIGH, _STEP, _BAR = 120, 46, 30


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A figure of the last reference day: what it means, in all, and by sector (None: too few to say)."""

    name: str
    meaning: str
    total: int | None
    sectors: tuple[tuple[Promise, int | None], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the picture, in its own units; `height` is 0 when there were too few to say."""

    on: date
    x: int
    middle: int
    y: int
    height: int
    amount: int | None


@require_safe
def counts(request: DoorRequest) -> HttpResponse:
    """What was published last, and how it came about over the months."""
    days = queries.figures_published()[-MONTHS_SHOWN:]
    meanings = rulebook_at(request.at).counted
    last = days[-1] if days else None
    context = {
        "last": last,
        "figures": [_shown(figure, meanings[figure], last) for figure in Figure] if last else [],
        "names": [_in_language(meanings[figure])[0] for figure in Figure],
        "bars": bars(days),
        "wide": _STEP * max(len(days), 6),
        "months": [(day, [day.amounts[figure, ALL] for figure in Figure]) for day in reversed(days)],
        "corrected": [day for day in reversed(days) if day.revision > 1],
    }
    return render(request, "register/counts.html", context)


def _shown(figure: Figure, meaning: Counted, day: DayPublished) -> FigureShown:
    name, text = _in_language(meaning)
    sectors = tuple((SECTOR_NAMES[sector], day.amounts[figure, sector]) for sector in SECTORS)
    return FigureShown(name, text, day.amounts[figure, ALL], sectors)


def _in_language(meaning: Counted) -> tuple[str, str]:
    english = in_english()
    return (meaning.name_en, meaning.text_en) if english else (meaning.name_nl, meaning.text_nl)


def bars(days: Sequence[DayPublished]) -> list[Bar]:
    """Registered teachers on each reference day, the oldest first; the highest is as high as the picture."""
    amounts = [day.amounts[Figure.REGISTERED, ALL] for day in days]
    most = max((amount or 0 for amount in amounts), default=0) or 1
    found = []
    for place, (day, amount) in enumerate(zip(days, amounts, strict=True)):
        height = max(2, round(_HIGH * amount / most)) if amount else 0
        x = place * _STEP + (_STEP - _BAR) // 2
        found.append(Bar(day.on, x, x + _BAR // 2, 20 + _HIGH - height, height, amount))
    return found
