"""Whether a delivered file and a sign-in are about the same person: family name and birth date must be equal.

A code proves that someone holds a letter; a sign-in proves who she is. Only together with equal names and birth dates
do they join, and even then they do not prove that she works there: the board says that, and she confirms it.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

_PREFIXES = frozenset(
    "aan aller bij d da de del den der des di do dos du el en het in la le los op s t te ten ter tot uit uijt van "  # noqa: SIM905
    "vande vanden vander ver voor von zu zum zur".split()
)
_SPECIAL = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "ĳ": "ij"})


@dataclass(frozen=True, slots=True)
class ClaimedIdentity:
    """What the provider says of the person who signed in."""

    family_name: str
    given_name: str
    birth_date: date | None


def folded(name: str) -> str:
    """A family name without case, diacritics, punctuation and prefixes such as "van der"."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_SPECIAL))
    text = "".join(character for character in text if not unicodedata.combining(character))
    words = "".join(character if character.isalnum() else " " for character in text).split()
    while len(words) > 1 and words[0] in _PREFIXES:
        words.pop(0)
    return " ".join(words)


def same_person(claimed: ClaimedIdentity, family_name: str, prefix: str, birth_date: date) -> bool:
    """Whether name and birth date are equal. `prefix` only matters when the provider gives it inside the name."""
    if claimed.birth_date != birth_date or not claimed.family_name.strip():
        return False
    return folded(claimed.family_name) in (folded(family_name), folded(f"{prefix} {family_name}"))


def may_be_her_own(decider: ClaimedIdentity, *concerned: ClaimedIdentity) -> bool:
    """Whether who decides may be one of those whom a review concerns.

    She may be when the birth dates are equal, or the family names where a birth date is not known. Who told us nothing
    about herself may be anyone.
    """
    if not decider.family_name.strip() and decider.birth_date is None:
        return True
    return any(
        decider.birth_date == each.birth_date
        if decider.birth_date and each.birth_date
        else folded(decider.family_name) == folded(each.family_name)
        for each in concerned
    )
