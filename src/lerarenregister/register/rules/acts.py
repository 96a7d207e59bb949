"""Acts: what the register can decide about a registration, and on which rule each rests. Pure."""

import enum
from dataclasses import dataclass
from datetime import date


class ActKind(enum.StrEnum):
    """What was decided."""

    REGISTERED = "registered"
    """She confirmed an appointment on a qualified ground for the first time."""
    LEFT = "left"
    """She asked to be taken out of the register."""
    RESTORED = "restored"
    """She came back while her registration was kept."""


ARTICLES = {ActKind.REGISTERED: "3.3", ActKind.LEFT: "3.5", ActKind.RESTORED: "3.6"}
"""The article of the rulebook on which each rests."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Days on which a registration holds: from `begin` until the day before `until` (None: it holds still)."""

    begin: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.begin <= day and (self.until is None or day < self.until)


def ended(spell: Spell, on: date) -> Spell | None:
    """What is left of a spell that ends before this day; None when nothing is, for it began on that day or later."""
    return Spell(spell.begin, on) if spell.begin < on else None
