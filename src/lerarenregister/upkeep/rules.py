"""Whether the clock is believed when something is to be destroyed: a wrong one may delay that, never advance it."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from lerarenregister.kernel.clock import LEEWAY

MOST_UNSEEN = timedelta(days=2)
"""How long nobody may have looked, when the machine cannot say itself how much time went by: it is another one, or it
was started again. Daily work that was left out once fits in it."""


@dataclass(frozen=True, slots=True)
class Running:
    """Which start of which machine this is ("" when it cannot be told), and how long it runs. No clock that can be set
    moves this."""

    start: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Reached:
    """The last moment until which things were destroyed, and the machine that said so. Its seconds are those that the
    clock should have run, so that what a clock was ahead once is not forgiven again."""

    moment: datetime
    machine: Running


class Doubt(enum.StrEnum):
    """Why the clock is not believed."""

    CLOCKS_DIFFER = "clocks-differ"
    WENT_BACK = "went-back"
    LEAPT_AHEAD = "leapt-ahead"
    LONG_UNSEEN = "long-unseen"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether what is due at this moment may be destroyed; `doubt` says why not."""

    doubt: Doubt | None

    @property
    def granted(self) -> bool:
        """Whether it may."""
        return self.doubt is None


def trust_in(now: datetime, *, database: datetime, machine: Running, last: Reached | None) -> Trust:
    """Weigh our clock against the database's, against the last horizon, and against how long this machine runs.

    The first time of all there is no horizon, and nothing yet that could be destroyed too early.
    """
    if abs(now - database) > LEEWAY:
        return Trust(Doubt.CLOCKS_DIFFER)
    if last is None:
        return Trust(None)
    passed = now - last.moment
    if passed < -LEEWAY:
        return Trust(Doubt.WENT_BACK)
    if machine.start and machine.start == last.machine.start:
        ran = timedelta(seconds=machine.seconds - last.machine.seconds)
        return Trust(Doubt.LEAPT_AHEAD if passed > ran + LEEWAY else None)
    return Trust(Doubt.LONG_UNSEEN if passed > MOST_UNSEEN else None)


def reached(now: datetime, *, machine: Running, last: Reached | None, vouched: bool) -> Reached:
    """What to note when a moment was believed. On one start of a machine clock and machine are held against each other
    as at its first round: a clock that creeps ahead gets its leeway once, and not at every round. After another start,
    and when an operator vouched for the clock, they begin anew."""
    if last is None or vouched or not machine.start or machine.start != last.machine.start:
        return Reached(now, machine)
    return Reached(now, Running(machine.start, last.machine.seconds + (now - last.moment).total_seconds()))
