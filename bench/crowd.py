"""A crowd of browsers in a process of its own: `python -m bench.crowd PLAN OUT` (both JSON).

Everyone comes at the moment of the plan, however busy it is by then. OUT gets every request that was due, what was
acknowledged, and each journey that failed or did not end: nothing that was begun goes uncounted.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import journeys
from bench.journeys import Invited
from bench.nation import Nation
from bench.visitor import Failed, Seen, Visitor

LONGEST = 420.0
"""Seconds that a journey may take after the last arrival; what goes on then counts as failed."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes, how many seconds after the beginning: a teacher with her code, or staff of a board with a file."""

    at: float
    person: str
    source: str
    code: str = ""
    board: int = -1
    number: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One stretch of a day: where, from when on (seconds since 1970), and who."""

    base: str
    provider: str
    begin: float
    seed: int
    nation: list[int]
    arrivals: list[Arrival]

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """The plan in a file."""
        raw = json.loads(path.read_text())
        return cls(**{**raw, "arrivals": [Arrival(**each) for each in raw["arrivals"]]})


@dataclass
class Outcome:
    """What came of it."""

    seen: list[Seen] = field(default_factory=list)
    confirmed: int = 0
    saved: int = 0
    delivered: int = 0
    ended: int = 0
    failed: list[str] = field(default_factory=list)
    longest_lag: float = 0.0

    @classmethod
    def read(cls, path: Path) -> "Outcome":
        """The outcome in a file."""
        raw = json.loads(path.read_text())
        return cls(**{**raw, "seen": [Seen(*each) for each in raw["seen"]]})

    def write(self, path: Path) -> None:
        """Keep it."""
        seen = [list(asdict(each).values()) for each in self.seen]
        path.write_text(json.dumps({**{k: v for k, v in vars(self).items() if k != "seen"}, "seen": seen}))

    def joined(self, other: "Outcome") -> "Outcome":
        """Of two processes together."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in vars(self) if name != "longest_lag"}
        return Outcome(**sums, longest_lag=max(self.longest_lag, other.longest_lag))


async def play(plan: Plan) -> Outcome:
    """Let everyone come, and wait until they are gone."""
    outcome = Outcome()
    tasks = []
    for number, arrival in enumerate(sorted(plan.arrivals, key=lambda each: each.at)):
        wait = plan.begin + arrival.at - time.time()
        await asyncio.sleep(max(0.0, wait))
        outcome.longest_lag = max(outcome.longest_lag, time.time() - plan.begin - arrival.at)
        tasks.append(asyncio.create_task(_journey(plan, arrival, number, outcome)))
    pending: set[asyncio.Task[Any]] = set()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=LONGEST)
    for each in pending:
        each.cancel()
    outcome.failed += ["did not end"] * len(pending)
    return outcome


async def _journey(plan: Plan, arrival: Arrival, number: int, outcome: Outcome) -> None:
    chance = random.Random(f"{plan.seed} {arrival.person} {number}")
    visitor = Visitor(plan.base, arrival.source, outcome.seen.append)
    try:
        await _acts(plan, arrival, visitor, chance, outcome)
        outcome.ended += 1
    except Failed as failure:
        outcome.failed.append(str(failure))
    except Exception as error:
        outcome.failed.append(f"{type(error).__name__}: {error}")
    finally:
        await visitor.leave()


def _acts(plan: Plan, arrival: Arrival, visitor: Visitor, chance: random.Random, outcome: Outcome) -> Awaitable[None]:
    """The journey of this arrival. An act is counted when it is acknowledged, also when a later step fails."""
    if arrival.board < 0:
        return journeys.teacher(visitor, chance, Invited(arrival.person, arrival.code), outcome)
    file = "".join(Nation(*plan.nation).delivery(arrival.board, later=True)).encode()
    return journeys.board(visitor, chance, journeys.Sender(arrival.person, arrival.number, file), outcome)


def main() -> None:
    """Play the plan."""
    asyncio.run(play(Plan.read(Path(sys.argv[1])))).write(Path(sys.argv[2]))


if __name__ == "__main__":
    main()
