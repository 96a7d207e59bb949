"""Which people go along when schools go to another board: article 2.5 of the rulebook. Values in, names out."""

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


class Goes(enum.StrEnum):
    """What becomes of somebody whom the giving board knows."""

    ALONG = "along"
    STAYS = "stays"
    """She works at a school that stays too, or objects to being delivered: the taking board delivers her itself."""
    NUMBER = "number"
    """She goes along, once she has a staff number that nobody has at the taking board."""
    NOT = "not"
    """She does not work at these schools on that day."""


@dataclass(frozen=True, slots=True)
class Work:
    """An appointment as it stands: the institution, and until when (half-open)."""

    brin: str
    until: date | None

    def on_or_after(self, day: date) -> bool:
        """Whether it goes on on this day."""
        return self.until is None or self.until > day


def goes(work: Iterable[Work], *, brins: Collection[str], on: date, objected: bool) -> Goes:
    """What becomes of somebody with this work. Who left before the day stays known to who employed her."""
    going_on = [each for each in work if each.on_or_after(on)]
    if not any(each.brin in brins for each in going_on):
        return Goes.NOT
    if objected or any(each.brin not in brins for each in going_on):
        return Goes.STAYS
    return Goes.ALONG


def numbered(number: str, *, given: Mapping[str, str], taken: Collection[str]) -> str | None:
    """The staff number at the taking board: the one that was given for it, or the same; None when somebody has it."""
    wanted = given.get(number, number)
    return None if wanted in taken else wanted
