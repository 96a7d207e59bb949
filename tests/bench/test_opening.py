"""The opening day counts everything that was due: what fails, what never answers, what comes late."""

import argparse
import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from bench.crowd import Arrival, Outcome, Plan
from bench.opening import Stretch
from bench.processes import Taken
from bench.visitor import Failed, Seen, Visitor

from bench import crowd, opening

PAGE = b"HTTP/1.1 200 .\r\nContent-Length: 5\r\n\r\nhallo"
ERROR = b"HTTP/1.1 500 .\r\nContent-Length: 3\r\n\r\nnee"


@asynccontextmanager
async def server(answer: Callable[[int], bytes]) -> AsyncIterator[str]:
    """A server that gives the answer for the request with this number (from 1); an empty one closes the connection."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            count += 1
            said = answer(count)
            if not said:
                break
            writer.write(said)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://localhost:{listening.sockets[0].getsockname()[1]}"


def visit(answer: Callable[[int], bytes], acts: Callable[[Visitor], object]) -> list[Seen]:
    """What a visitor of that server tells."""
    seen: list[Seen] = []

    async def run() -> None:
        async with server(answer) as base:
            visitor = Visitor(base, "127.9.8.7", seen.append)
            try:
                await acts(visitor)  # type: ignore[misc]
            finally:
                await visitor.leave()

    asyncio.run(run())
    return seen


def test_an_answer_that_was_not_wanted_is_counted_as_failed() -> None:
    async def acts(visitor: Visitor) -> None:
        await visitor.page("page", "/", expect="hallo")
        with pytest.raises(Failed):
            await visitor.page("page", "/")
        with pytest.raises(Failed):
            await visitor.page("page", "/", expect="dag")

    seen = visit(lambda number: ERROR if number == 2 else PAGE, acts)
    assert [(each.status, each.failed) for each in seen] == [
        (200, ""),
        (500, "answered 500"),
        (200, "does not say dag"),
    ]


def test_a_connection_that_is_closed_without_an_answer_is_counted_as_failed() -> None:
    async def acts(visitor: Visitor) -> None:
        with pytest.raises(Failed):
            await visitor.page("page", "/")

    seen = visit(lambda _: b"", acts)
    assert [(each.status, bool(each.failed)) for each in seen] == [(0, True)]


def test_an_answer_that_never_comes_is_counted_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.visitor.PATIENCE", 0.2)

    async def acts(visitor: Visitor) -> None:
        with pytest.raises(Failed):
            await visitor.page("page", "/")

    seen = visit(lambda _: b"HTTP/1.1 200 .\r\nContent-Length: 5\r\n\r\nha", acts)
    assert [(each.status, each.failed) for each in seen] == [(0, "TimeoutError")]


def test_time_counts_from_the_moment_that_a_click_was_due_also_when_the_crowd_itself_is_late() -> None:
    async def acts(visitor: Visitor) -> None:
        asyncio.get_running_loop().call_later(0.05, time.sleep, 0.4)
        await visitor.think(0.1)
        await visitor.page("page", "/")

    seen = visit(lambda _: PAGE, acts)
    assert seen[0].seconds > 0.3


def played(monkeypatch: pytest.MonkeyPatch, answer: Callable[[int], bytes], *, longest: float = 5) -> Outcome:
    """What comes of three teachers at that server."""
    monkeypatch.setattr(crowd, "LONGEST", longest)

    async def run() -> Outcome:
        async with server(answer) as base:
            come = [Arrival(0.01 * number, f"0-{number}", "127.0.0.1", "code") for number in range(3)]
            return await crowd.play(Plan(base, base, time.time(), 1, [], come))

    return asyncio.run(run())


def test_a_journey_that_fails_is_counted_with_the_request_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = played(monkeypatch, lambda _: ERROR)
    assert outcome.failed == ["first page: answered 500"] * 3
    assert outcome.ended == 0
    assert len(outcome.seen) == 3


def test_a_journey_that_does_not_end_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = played(monkeypatch, lambda _: PAGE, longest=0.1)
    assert outcome.failed == ["did not end"] * 3


def stretch(*seen: Seen, failed: tuple[str, ...] = (), confirmed: int = 0) -> Stretch:
    """A stretch of a minute with these requests."""
    outcome = Outcome(seen=list(seen), failed=list(failed), confirmed=confirmed)
    return Stretch(1, 0.0, 60.0, outcome, Taken(0, {}, {}, 0.0, 60.0))


def test_what_was_due_while_it_filled_up_or_afterwards_and_the_provider_are_not_in_the_percentile() -> None:
    found = stretch(
        *(Seen(due, "page", 200, seconds) for due, seconds in ((10, 9.0), (70, 0.1), (119, 0.2), (130, 9.0))),
        Seen(80, "provider", 302, 9.0),
    )
    assert sorted(found.latencies()) == [0.1, 0.2]
    assert found.p95 == 0.2
    assert found.holds


def test_one_error_anywhere_means_that_it_does_not_hold() -> None:
    good = Seen(70, "page", 200, 0.1)
    assert stretch(good, Seen(5, "page", 500, 0.1, "answered 500")).errors == 1
    assert not stretch(good, failed=("did not end",)).holds
    assert not stretch(good, Seen(80, "provider", 0, 1.0, "EOFError")).holds


def test_an_acknowledged_act_that_is_missing_stops_the_benchmark() -> None:
    found = [stretch(Seen(70, "page", 200, 0.1), confirmed=3)]
    opening.compare({"confirmed": 10}, {"confirmed": 13}, found)
    for stored in (12, 14):
        with pytest.raises(RuntimeError, match="confirmed: 3 acknowledged"):
            opening.compare({"confirmed": 10}, {"confirmed": stored}, found)


def test_arrivals_come_at_the_pace_that_was_asked_and_the_same_every_time() -> None:
    found = list(opening.moments(random.Random(1), 12_500 / 3600, 3600))
    assert found == list(opening.moments(random.Random(1), 12_500 / 3600, 3600))
    assert 12_000 < len(found) < 13_000
    assert all(0 < before < after < 3600 for before, after in itertools.pairwise(found))


def test_the_slower_of_two_crowds_counts() -> None:
    one, two = Outcome(saved=1, longest_lag=0.2), Outcome(saved=2, longest_lag=0.1)
    joined = one.joined(two)
    assert (joined.saved, joined.longest_lag) == (3, 0.2)


def at_pace(pace: float, seconds: float) -> Stretch:
    """A stretch at a pace, whose slowest request took so long."""
    return replace(stretch(Seen(70, "page", 200, seconds)), pace=pace)


@pytest.mark.parametrize(
    ("bends_at", "tried", "holds"),
    [(1, [1, 2], 0), (2, [1, 2, 1.5], 1.5), (3, [1, 2, 3, 2.5], 2.5), (4, [1, 2, 3], 3)],
)
def test_it_goes_faster_until_it_bends_and_looks_once_halfway(
    bends_at: float, tried: list[float], holds: float
) -> None:
    given, found = argparse.Namespace(paces=[1, 2], minutes=3, most=3), []
    for pace, seconds in opening.paces(given, found):
        assert seconds == (180 if pace in (1, 2) else 90)
        found.append(at_pace(pace, 0.2 if pace < bends_at else 0.4))
    assert [each.pace for each in found] == tried
    assert opening.fastest(found) == holds
    last = opening.measures(found, given.paces)[-1]
    assert last.note.startswith(f"{holds:g} x the busiest hour; ")
    assert (f"at {bends_at:g} x: p95 400 ms" in last.note) is (bends_at < 4)
