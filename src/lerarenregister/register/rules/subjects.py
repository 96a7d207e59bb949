"""What a subject (vak) is called, however it was written. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A row of our own table: its name in both languages, the sectors where it is taught, and how it is also written.

    What a board delivered stays as it was delivered: the table says how to call it, and decides nothing.
    """

    code: str
    name_nl: str
    name_en: str
    sectors: frozenset[str]
    also: tuple[str, ...]

    def spellings(self) -> set[str]:
        """All by which it is known, folded."""
        return {folded(each) for each in (self.name_nl, *self.also)}


def folded(written: str) -> str:
    """A spelling without capitals and double spaces."""
    return " ".join(written.casefold().split())


def faults_of(subjects: Iterable[Subject], sectors: frozenset[str]) -> list[str]:
    """What does not fit, in words: a name that is missing, a sector that is unknown, a spelling of two subjects."""
    faults, known = [], dict[str, str]()
    for each in subjects:
        if not (each.name_nl.strip() and each.name_en.strip()):
            faults.append(f"the subject {each.code} has no name in both languages")
        if not each.sectors or not each.sectors <= sectors:
            faults.append(f"the subject {each.code} has no sector, or an unknown one")
        for spelling in sorted(each.spellings()):
            if (other := known.setdefault(spelling, each.code)) != each.code:
                faults.append(f"the subjects {other} and {each.code} are both written {spelling}")
    return faults
