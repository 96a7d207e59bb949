"""What delivering costs boards: lines, errors by kind, minutes for each 100 people. Values in, figures out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from lerarenregister.register.rules.rounding import BASE, rounded

WINDOW = timedelta(days=365)
MOST_COUNTED = timedelta(hours=1)
"""Of one delivery no more is counted: who does something else in between is not at work on it."""
LEAST_BOARDS = 10
"""Below so many boards nothing is published: figures of a few boards are figures of one that others know."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of one delivery: of which board, its lines, how many people they were about, how many lines were
    refused for which reason when it was read first, and how long it took from its arrival until it was delivered."""

    board: str
    lines: int
    people: int
    refusals: Mapping[str, int]
    took: timedelta


@dataclass(frozen=True, slots=True)
class Burden:
    """Figures over some deliveries. `refusals` are (reason, lines), the most first."""

    deliveries: int
    boards: int
    lines: int
    people: int
    refused: int
    refusals: tuple[tuple[str, int], ...]
    median_minutes: float
    minutes_per_100: float


def burden_of(measured: Iterable[Measured]) -> Burden:
    """The figures of these deliveries."""
    rows = list(measured)
    refusals = Counter[str]()
    for row in rows:
        refusals.update(row.refusals)
    minutes = [min(max(row.took, timedelta()), MOST_COUNTED).total_seconds() / 60 for row in rows]
    people = sum(row.people for row in rows)
    return Burden(
        deliveries=len(rows),
        boards=len({row.board for row in rows}),
        lines=sum(row.lines for row in rows),
        people=people,
        refused=refusals.total(),
        refusals=tuple(sorted(refusals.items(), key=lambda each: (-each[1], each[0]))),
        median_minutes=round(median(minutes), 1) if minutes else 0.0,
        minutes_per_100=round(sum(minutes) * 100 / people, 1) if people else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Published:
    """The figures of all boards together, as everybody may see them: counts rounded to `base`, 0 for fewer than that.
    What occurred less often than that stands under no reason of its own."""

    deliveries: int
    boards: int
    lines: int
    refused: int
    refusals: tuple[tuple[str, int], ...]
    median_minutes: float
    minutes_per_100: float
    base: int = BASE


def published(burden: Burden, base: int) -> Published | None:
    """What may be published of these figures, rounded to `base`; None when they are of too few boards."""
    if burden.boards < LEAST_BOARDS:
        return None
    kinds = tuple((reason, rounded(lines, base)) for reason, lines in burden.refusals if rounded(lines, base))
    return Published(
        rounded(burden.deliveries, base),
        rounded(burden.boards, base),
        rounded(burden.lines, base),
        rounded(burden.refused, base),
        kinds,
        burden.median_minutes,
        burden.minutes_per_100,
        base,
    )
