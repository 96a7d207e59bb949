"""When somebody is told by mail that something waits for her."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.person.rules import Rhythm, to_tell

SOON = timedelta(days=7)
NOON = datetime(2018, 9, 5, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def tells(rhythm: Rhythm, now: datetime = NOON, **known: Any) -> bool:
    given = {"newest": now - HOUR, "due_on": None, "told_at": now - 30 * DAY, "seen_at": None} | known
    return to_tell(rhythm, soon=SOON, now=now, **given)


def test_something_new_is_told_and_what_she_saw_or_heard_is_not() -> None:
    for rhythm in (Rhythm.ONCE, Rhythm.DAILY, Rhythm.WEEKLY):
        assert tells(rhythm)
        assert not tells(rhythm, seen_at=NOON - HOUR / 2)
        assert not tells(rhythm, told_at=NOON - HOUR / 2)
        assert not tells(rhythm, newest=None)
    assert not tells(Rhythm.NEVER)


def test_who_chose_a_rhythm_is_told_no_oftener() -> None:
    assert tells(Rhythm.ONCE, told_at=NOON - 2 * HOUR)
    assert not tells(Rhythm.DAILY, told_at=NOON - 2 * HOUR)
    assert tells(Rhythm.DAILY, told_at=NOON - DAY)
    assert not tells(Rhythm.WEEKLY, told_at=NOON - 6 * DAY)
    assert tells(Rhythm.WEEKLY, told_at=NOON - 7 * DAY)


def test_a_digest_comes_from_seven_in_the_morning_in_summer_and_in_winter() -> None:
    for day, utc in ((datetime(2018, 7, 2, tzinfo=UTC), 5), (datetime(2018, 12, 3, tzinfo=UTC), 6)):
        before, seven = day + timedelta(hours=utc, minutes=-1), day + timedelta(hours=utc)
        assert [tells(Rhythm.DAILY, at) for at in (before, seven)] == [False, True]
        assert tells(Rhythm.ONCE, before)


@pytest.mark.parametrize("changes", [datetime(2018, 3, 25, tzinfo=UTC), datetime(2018, 10, 28, tzinfo=UTC)])
def test_the_day_on_which_the_clock_changes_is_one_day(changes: datetime) -> None:
    told = changes.replace(hour=8)
    assert not tells(Rhythm.DAILY, told + 12 * HOUR, told_at=told)
    assert tells(Rhythm.DAILY, (told + DAY).replace(hour=8), told_at=told)


def test_a_term_that_runs_out_is_told_whatever_the_rhythm() -> None:
    due = date(2018, 9, 12)
    for rhythm in (Rhythm.ONCE, Rhythm.DAILY, Rhythm.WEEKLY):
        assert tells(rhythm, newest=None, due_on=due, told_at=NOON - 2 * DAY)
        assert not tells(rhythm, newest=None, due_on=due, told_at=NOON - HOUR), "once within the last week"
        assert not tells(rhythm, newest=None, due_on=due, told_at=NOON - 2 * DAY, seen_at=NOON - HOUR), "she looked"
    assert not tells(Rhythm.NEVER, newest=None, due_on=due)


@given(st.sampled_from(Rhythm), st.lists(st.integers(0, 24 * 30), max_size=40))
def test_in_a_month_she_gets_no_more_mails_than_her_rhythm_has_days(rhythm: Rhythm, news: list[int]) -> None:
    """Whatever happens in which hour, when it is looked at every hour."""
    told_at, mails, start = NOON, 0, NOON
    happened = sorted(start + hour * HOUR for hour in news)
    for hour in range(24 * 31):
        now = start + hour * HOUR
        newest = max((moment for moment in happened if moment <= now), default=None)
        if to_tell(rhythm, newest=newest, due_on=None, told_at=told_at, seen_at=None, soon=SOON, now=now):
            told_at, mails = now, mails + 1
    most = {Rhythm.NEVER: 0, Rhythm.WEEKLY: 5, Rhythm.DAILY: 31, Rhythm.ONCE: len(set(happened))}
    assert mails <= most[rhythm]
    if rhythm is not Rhythm.NEVER and happened and max(happened) <= start + 20 * DAY and max(happened) > start:
        assert mails >= 1
