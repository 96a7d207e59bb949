"""What an objection may be, and when somebody is told by mail that something waits for her. Pure."""

import enum
from datetime import date, datetime, time, timedelta

from lerarenregister.audit.activities import PROCESSING
from lerarenregister.kernel.clock import AMSTERDAM, dutch_date

MOST_CHARACTERS = 2_000
MOST_OPEN = 5
"""Of one account, at the same time: each is read and answered by a person."""


def activities() -> dict[str, str]:
    """To what she may object, by code: the activities in force that are about people. The name is in Dutch."""
    return {each.code: each.name.nl for each in PROCESSING.in_force() if each.personal}


def is_text(words: str) -> bool:
    """Whether this says something, and is not too long."""
    return 0 < len(words) <= MOST_CHARACTERS


class Rhythm(enum.StrEnum):
    """How often she wants to be told."""

    ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


A_DAY = timedelta(days=1)
MOST_CODES_A_DAY = 3
"""To an address, and of an account: nobody can have us mail strangers."""

MOST_TRIES = 5
"""Of one code of forty bits."""

NEWS_FOR = timedelta(days=9)
"""So far back is looked for news: longer than the longest rhythm."""

_MORNING = time(7)
_WEEK = 7


def to_tell(
    rhythm: Rhythm,
    *,
    newest: datetime | None,
    due_on: date | None,
    told_at: datetime,
    seen_at: datetime | None,
    soon: timedelta,
    now: datetime,
) -> bool:
    """Whether she is told now. `newest`: when something happened last; `due_on`: by which day she must do something
    that is near (within `soon`); `told_at`: when she was told last, or gave the address; `seen_at`: when she was here.

    A term that runs out is told once within `soon` of its last day, whatever the rhythm; the rest when it is new to
    her, no oftener than she chose, and by day and by week from seven in the morning.
    """
    if rhythm is Rhythm.NEVER:
        return False
    known = max(told_at, seen_at) if seen_at else told_at
    if due_on is not None and dutch_date(known) < due_on - soon:
        return True
    if newest is None or newest <= known:
        return False
    if rhythm is Rhythm.ONCE:
        return True
    days = 1 if rhythm is Rhythm.DAILY else _WEEK
    here = now.astimezone(AMSTERDAM)
    return here.time() >= _MORNING and dutch_date(told_at) + timedelta(days=days) <= here.date()
