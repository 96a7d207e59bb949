"""What is said of the processor beside a benchmark."""

from bench.speed import Speed


def test_it_measures_while_it_is_open_and_says_what_it_found() -> None:
    with Speed() as speed:
        pass
    assert len(speed.loops) >= 1
    assert all(each > 0 for each in speed.loops)
    speed.loops = [20.0, 61.2, 30.4]
    assert str(speed) == "a fixed loop took 30 ms of processor time (median; 20 to 61)"
