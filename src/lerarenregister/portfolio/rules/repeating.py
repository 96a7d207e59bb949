"""When a repeating activity comes back. It only ever proposes: nothing is kept without her."""

import calendar
from datetime import date, timedelta

from lerarenregister.portfolio.rules.facets import Every

_DAYS = {Every.WEEK: 7, Every.TWO_WEEKS: 14}


def due_on(every: Every, start: date, handled: date | None, on: date) -> date | None:
    """The last time up to this day that it took place, if that is after the one she kept or passed over.

    Of times that she let go by without a word only the last one is proposed.
    """
    if on < start:
        return None
    last = _last(every, start, on)
    return last if handled is None or handled < last else None


def next_on(every: Every, start: date, on: date) -> date:
    """The first time after this day."""
    if on < start:
        return start
    if every in _DAYS:
        return _last(every, start, on) + timedelta(days=_DAYS[every])
    this = _in_month(start, on.year, on.month)
    if this > on:
        return this
    return _in_month(start, on.year + on.month // 12, on.month % 12 + 1)


def _last(every: Every, start: date, on: date) -> date:
    if every in _DAYS:
        return on - timedelta(days=(on - start).days % _DAYS[every])
    this = _in_month(start, on.year, on.month)
    if this <= on:
        return this
    return _in_month(start, on.year - (on.month == 1), (on.month - 2) % 12 + 1)


def _in_month(start: date, year: int, month: int) -> date:
    """The day of the month on which it began, or the last one of a shorter month."""
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
