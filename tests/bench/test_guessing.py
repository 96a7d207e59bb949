"""The classifiers of the benchmark tell apart what differs, and guess at what does not."""

import random

import pytest
from bench.guessing import by_histogram, by_threshold


@pytest.mark.parametrize("classify", [by_threshold, by_histogram])
def test_what_takes_longer_is_told_apart_and_what_does_not_is_not(classify: object) -> None:
    assert callable(classify)
    chance = random.Random(1)
    same = [[chance.gauss(10, 1) for _ in range(10_000)] for _ in range(2)]
    longer = [chance.gauss(10.5, 1) for _ in range(10_000)]
    apart = [chance.gauss(20, 1) for _ in range(1_000)]
    assert classify(*same) < 0.53
    assert classify(same[0], longer) > 0.57
    assert classify(same[0][:1_000], apart) > 0.99
    assert classify(apart, same[0][:1_000]) > 0.99


def test_a_histogram_sees_what_a_threshold_does_not() -> None:
    chance = random.Random(2)
    middle = [chance.gauss(10, 0.5) for _ in range(4_000)]
    around = [chance.gauss(10, 0.1) + chance.choice((-3, 3)) for _ in range(4_000)]
    assert by_histogram(middle, around) > 0.95
    assert by_threshold(middle, around) < 0.8
