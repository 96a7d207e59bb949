"""The generated people are the same every time, and the rules find most of who is there twice."""

from collections import Counter

from bench.likeness import compared, quality
from bench.likeness_truth import TWICE, pairs_of, people


def test_equal_seeds_give_equal_people_with_known_truth() -> None:
    records = people(2_000)
    assert records == people(2_000)
    assert records != people(2_000, seed=2)
    times = Counter(each.truth for each in records)
    assert set(times.values()) == {1, 2}
    assert abs(sum(1 for each in times.values() if each == 2) / len(times) - TWICE) < 0.05


def test_the_rules_find_nearly_all_who_are_there_twice_and_little_else() -> None:
    records = people(6_000)
    measures = quality("plain rules", records, set(pairs_of(records)), compared(records))
    assert len(measures) == 6
    assert [each.what for each in measures if not each.met] == []
