"""By when a board delivers its changes and goes through all of its people: article 2.4 of the rulebook."""

import enum
from dataclasses import dataclass
from datetime import date, timedelta

SOON = timedelta(days=7)
"""So long before a day a board is reminded of it."""


class Standing(enum.StrEnum):
    """Where a board stands with a day."""

    NOT_BEGUN = "not-begun"
    IN_TIME = "in-time"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which something is due, and where the board stands. A board that never delivered has no day: taking
    part is voluntary."""

    day: date | None
    standing: Standing
    days_late: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """The two days of a board."""

    changes: Due
    full_check: Due

    @property
    def overdue(self) -> bool:
        """Whether one of them has passed."""
        return Standing.OVERDUE in {self.changes.standing, self.full_check.standing}


@dataclass(frozen=True, slots=True)
class Done:
    """What a board did last: delivered for the first time, delivered or said that nothing changed, went through all."""

    first_on: date | None = None
    changes_on: date | None = None
    full_check_on: date | None = None


def calendar_of(done: Done, *, delivery: timedelta, full_check: timedelta, on: date) -> Calendar:
    """The days of a board that did this. Who went through all said of changes too that they are in."""
    if done.first_on is None:
        nothing = Due(None, Standing.NOT_BEGUN)
        return Calendar(nothing, nothing)
    changes = max(each for each in (done.first_on, done.changes_on, done.full_check_on) if each is not None)
    return Calendar(_due(changes + delivery, on), _due((done.full_check_on or done.first_on) + full_check, on))


def _due(day: date, on: date) -> Due:
    if on > day:
        return Due(day, Standing.OVERDUE, (on - day).days)
    return Due(day, Standing.SOON if on >= day - SOON else Standing.IN_TIME)


def reminders(calendar: Calendar) -> list[str]:
    """What a board is to be reminded of now: each is a mark of its own, so that it is said once before a day and once
    after."""
    marks = []
    for kind, due in (("changes", calendar.changes), ("full-check", calendar.full_check)):
        if due.day is not None and due.standing in {Standing.SOON, Standing.OVERDUE}:
            marks.append(f"{kind} {due.day.isoformat()} {due.standing.value}")
    return marks
