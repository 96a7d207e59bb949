"""Which institution belongs to which board, and which location exists, on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lerarenregister.register.rules.timelines import Spell


@dataclass(frozen=True, slots=True)
class Places:
    """What is known of the institutions a delivery names: board numbers by BRIN, sectors by location code."""

    boards: Mapping[str, Sequence[Spell[str]]]
    sectors: Mapping[str, Sequence[Spell[str]]]
    board_numbers: frozenset[str]

    def board_of(self, brin: str, on: date) -> str | None:
        """The number of the board the institution belongs to on that day, or None."""
        return _on(self.boards.get(brin, ()), on)

    def sector_of(self, location_code: str, on: date) -> str | None:
        """The sector of the location on that day, or None when it is not known then."""
        return _on(self.sectors.get(location_code, ()), on)


def _on(spells: Sequence[Spell[str]], on: date) -> str | None:
    for spell in spells:
        if spell.begin <= on and (spell.until is None or on < spell.until):
            return spell.value
    return None
