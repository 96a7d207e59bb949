"""Whom to compare with whom: so that few are compared, and nobody who would be found alike is passed by."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import product

from lerarenregister.register.rules.likeness.comparing import Someone, digits_of
from lerarenregister.register.rules.likeness.spelling import letters_of, parts_of, sounded, sounds_of

_YEARS = range(1920, 2030)


@lru_cache(maxsize=20_000)
def dates_like(born: date) -> frozenset[date]:
    """Other birth dates that a slip makes of this one: day and month turned, one digit other, two beside each other
    turned. Some fifty."""
    text = f"{born:%d%m%Y}"
    found = {date_in(text[2:4] + text[:2] + text[4:])}
    for place, digit in product(range(8), "0123456789"):
        found.add(date_in(text[:place] + digit + text[place + 1 :]))
    for place in range(7):
        found.add(date_in(text[:place] + text[place + 1] + text[place] + text[place + 2 :]))
    return frozenset(each for each in found if each is not None and each != born)


def date_in(text: str) -> date | None:
    """The date in eight digits, day first; None when it is none, or nobody alive was born then."""
    try:
        found = date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def blocks(someone: Someone) -> Iterator[tuple[object, ...]]:
    """Under which keys somebody is looked for in memory, when all are compared with all: who are alike share one.

    All who were born on one day; and who have a part of a name (as it sounds) and a first letter in common, with the
    year or the day of birth; and who have the digits of a staff number in common at one board.
    """
    born, digits = someone.birth_date, digits_of(someone.staff_number)
    if someone.board and digits:
        yield ("number", someone.board, digits)
    if born is None:
        return
    yield ("born", born)
    letters = letters_of(someone.first)[0]
    for part in set(map(sounded, parts_of(someone.prefix, someone.family_name))):
        for letter in set(sounds_of(letters)[:1]) or {""}:
            yield ("year", part, letter, born.year)
            yield ("day", part, letter, born.month, born.day)
            yield ("day", part, letter, born.day, born.month)
