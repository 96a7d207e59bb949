"""When a registration ends without her asking for it, and what she is told beforehand. Pure."""

import enum
from datetime import date, timedelta


class EndGround(enum.StrEnum):
    """On what it ends."""

    PENSION = "pension"
    WORK_ENDED = "work-ended"


def pension_day(born: date, years: int) -> date:
    """The day on which somebody has this age; who was born on 29 February has it on 1 March of a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def born_by(day: date, years: int) -> date:
    """Who was born on this day or before has this age on `day` or before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def ends_on(due: date, today: date, notice: timedelta) -> date:
    """The day on which it ends: when it is due, and never sooner than the notice allows."""
    return max(due, today + notice)
