"""What the benchmarks say is computed right."""

import pytest
from bench.measures import Measure, percentile, table


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_goal_with_a_peer_is_about_the_ratio() -> None:
    assert Measure("delivery", "lines", 8.0, 4, "s", 2.0).met
    assert not Measure("delivery", "lines", 8.1, 4, "s", 2.0).met


def test_a_goal_without_a_peer_is_about_the_measure_itself() -> None:
    assert Measure("pages", "requests to others", 0, 0, "").met
    assert not Measure("pages", "requests to others", 1, 0, "").met


def test_the_table_says_what_is_not_met() -> None:
    said = table([Measure("delivery", "peak memory", 512.3, 500, "MB", note="a note", database="sqlite")])
    assert "512 MB" in said
    assert "NO" in said
    assert "a note" in said
