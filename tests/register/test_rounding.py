"""Of few people nothing is said, and a published number stands for several counts."""

from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.register.rules.rounding import rounded

BASE = 10


def test_of_few_nothing_is_said() -> None:
    assert {rounded(count, BASE) for count in range(BASE)} == {0}
    assert [rounded(count, BASE) for count in (10, 14, 15, 104, 105)] == [10, 10, 20, 100, 110]


@given(st.integers(0, 300_000))
def test_a_number_stands_for_at_least_five_counts(count: int) -> None:
    said = rounded(count, BASE)
    assert said % BASE == 0
    assert abs(said - count) < BASE
    assert sum(rounded(each, BASE) == said for each in range(max(0, count - 2 * BASE), count + 2 * BASE)) >= BASE // 2
