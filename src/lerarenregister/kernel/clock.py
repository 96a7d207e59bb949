"""The clock, read once at the door and handed in as `at` from there on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEEWAY = timedelta(minutes=10)
"""What clocks of one installation may differ, and what a correction of the time (NTP) may move one. What was recorded
further ahead than this was recorded by a clock that was wrong."""


def now() -> datetime:
    """The moment, in UTC. Only doors (web, jobs) and tests call this."""
    return datetime.now(UTC)


def dutch_date(at: datetime) -> date:
    """The calendar date in the Netherlands at a moment: legal dates are Dutch dates."""
    return at.astimezone(AMSTERDAM).date()


def dutch_midnight(at: datetime) -> datetime:
    """The first moment of the day in the Netherlands at a moment."""
    return datetime.combine(dutch_date(at), time(), AMSTERDAM).astimezone(UTC)
