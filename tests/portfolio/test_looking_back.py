"""What her years come to: counts by school year, by how she learned and by theme."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.looking_back import MOST_YEARS, Seen, look_back, school_year

DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
SEEN = st.builds(Seen, DAYS, st.sampled_from(Kind), st.lists(st.sampled_from("abc"), unique=True).map(tuple))


@pytest.mark.parametrize(("on", "year"), [("2018-07-31", 2017), ("2018-08-01", 2018), ("2018-12-31", 2018)])
def test_a_school_year_begins_in_august(on: str, year: int) -> None:
    assert school_year(date.fromisoformat(on)) == year


def test_months_count_from_august_and_a_course_is_set_beside_all_else() -> None:
    seen = [
        Seen(date(2018, 8, 1), Kind.COURSE, ("lezen",)),
        Seen(date(2019, 7, 31), Kind.READING, ("lezen",)),
        Seen(date(2019, 7, 1), Kind.CONVERSATION),
        Seen(date(2016, 9, 1), Kind.OTHER),
    ]
    back = look_back(seen, ["lezen", "niets"])
    assert [(each.year, each.formal, each.informal) for each in back.years] == [
        (2016, 0, 1),
        (2017, 0, 0),
        (2018, 1, 2),
    ]
    assert back.years[2].months == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2)
    assert [(each.name, each.counts) for each in back.themes] == [("lezen", (0, 0, 2))]


def test_without_entries_there_is_nothing() -> None:
    assert look_back([], ["lezen"]).years == ()


@given(st.lists(SEEN, min_size=1, max_size=40))
def test_every_entry_of_the_last_ten_years_counts_once(seen: list[Seen]) -> None:
    back = look_back(seen, ["a", "b", "c"])
    last = max(school_year(each.on) for each in seen)
    recent = [each for each in seen if school_year(each.on) > last - MOST_YEARS]
    assert sum(each.count for each in back.years) == sum(sum(each.months) for each in back.years) == len(recent)
    assert sum(each.formal for each in back.years) == sum(each.kind is Kind.COURSE for each in recent)
    assert sum(sum(each.counts) for each in back.themes) == sum(len(each.themes) for each in recent)
    assert len(back.years) <= MOST_YEARS
