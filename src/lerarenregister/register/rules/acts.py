"""Acts: what the register can decide about a registration, and on which rule each rests. Pure."""

import enum
from dataclasses import dataclass
from datetime import date


class ActKind(enum.StrEnum):
    """What was decided."""

    REGISTERED = "registered"
    """She confirmed an appointment on a qualified ground for the first time."""
    MOVED = "moved"
    """She confirmed one for the first time and had an assignment in the pre-register: it was moved from there."""
    PROVEN = "proven"
    """She confirmed a qualification of which two people of the support organisation saw the proof."""
    LEFT = "left"
    """She asked to be taken out of the register."""
    DECEASED = "deceased"
    """A board reported that she died, and two people of the support organisation found that so."""
    PENSION = "pension"
    """She reached the pension age and did not say that she stays."""
    WORK_ENDED = "work-ended"
    """All her work ended, and she did not say that she stays."""
    CORRECTED = "corrected"
    """What a board delivered was wrong, as she said: it has no effect. She is registered or not as before."""
    RENAMED = "renamed"
    """She confirmed a name and birth date of which two people of the support organisation saw the proof."""
    MERGED = "merged"
    """Another registration is hers too, two people found: this one answers as that one."""
    RECEIVED = "received"
    """Another registration of hers answers as this one."""
    SPLIT = "split"
    """Two registrations that were taken for one person's stand each for itself again."""
    RESTORED = "restored"
    """She came back while her registration was kept."""


ARTICLES = {
    ActKind.REGISTERED: "3.3",
    ActKind.MOVED: "3.3",
    ActKind.PROVEN: "3.7",
    ActKind.LEFT: "3.5",
    ActKind.RESTORED: "3.6",
    ActKind.DECEASED: "3.8",
    ActKind.PENSION: "3.9",
    ActKind.WORK_ENDED: "3.10",
    ActKind.CORRECTED: "7.1",
    ActKind.RENAMED: "7.6",
    ActKind.MERGED: "8.2",
    ActKind.RECEIVED: "8.2",
    ActKind.SPLIT: "8.3",
}
"""The article of the rulebook on which each rests."""

FIRST = frozenset({ActKind.REGISTERED, ActKind.MOVED, ActKind.PROVEN})
"""By what a registration comes about."""

ENDING = frozenset({ActKind.LEFT, ActKind.DECEASED, ActKind.PENSION, ActKind.WORK_ENDED})
"""By what it ends. She can come back after each of them."""

BESIDE = frozenset({ActKind.CORRECTED, ActKind.RENAMED, ActKind.MERGED, ActKind.RECEIVED, ActKind.SPLIT})
"""What leaves the days on which it holds as they are."""


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
