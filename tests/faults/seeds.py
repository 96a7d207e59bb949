"""What a seed stands for: the same seed is the same database, act, fault and place of the fault."""

import random
from dataclasses import dataclass

from tests.faults import points
from tests.faults.case import CASES
from tests.faults.pointruns import CLOCK, ENDINGS, TWICE, Run

SQLITE, POSTGRESQL = "sqlite", "postgresql"
GROWING = ("add_file", "bring_in", "save_with_file", "upload", "work")
"""The acts that write so much that the database file must grow."""
_SKEWS = (-86_400, -7_200, -300, 300, 7_200)


def database_of(seed: int) -> str:
    """On which database."""
    return POSTGRESQL if seed % 2 else SQLITE


def in_the_house(seed: int) -> bool:
    """Whether it is a house run; the others are point runs."""
    return seed // 2 % 4 == 3


def in_turn() -> list[str]:
    """The acts, mixed, always in the same way: neighbours are not of one sort."""
    acts = sorted(CASES)
    random.Random(1).shuffle(acts)
    return acts


@dataclass(frozen=True)
class Chosen:
    """A point run of a seed, before the number of its points is known: `part` of the way through them."""

    case: str
    fault: str
    part: float
    room: int
    seconds: int

    def at(self, points: int) -> Run:
        """The run, in an act with so many points."""
        if self.fault in (TWICE, CLOCK):
            return Run(self.case, self.fault, seconds=self.seconds if self.fault == CLOCK else 0)
        return Run(self.case, self.fault, int(self.part * points), self.room)


def chosen(seed: int) -> Chosen:
    """The point run of a seed. All acts in turn, on each database; on the other one the second half comes first, so
    that few seeds leave few acts out."""
    chance, acts = random.Random(seed), in_turn()
    before = sum(not in_the_house(each) for each in range(seed % 2, seed, 2))
    case = acts[(before + seed % 2 * len(acts) // 2) % len(acts)]
    fault = chance.choice([*ENDINGS[database_of(seed)], *ENDINGS[database_of(seed)], TWICE, CLOCK])
    if fault == points.PAGES and case not in GROWING:
        fault = points.FULL
    return Chosen(case, fault, chance.random(), int(chance.random() ** 3 * 60_000), chance.choice(_SKEWS))
