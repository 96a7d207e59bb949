"""What a file of a certain date changes in what was known: history is added to, never rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Spell(Generic[Value]):
    """A value that holds from `begin` until the day before `until` (None: no end known)."""

    begin: date
    until: date | None
    value: Value


@dataclass(frozen=True, slots=True)
class Amendment(Generic[Value]):
    """What to supersede and what to add; both empty when the file says what was known already."""

    superseded: tuple[Spell[Value], ...] = ()
    added: tuple[Spell[Value], ...] = ()


def amended(known: Sequence[Spell[Value]], *, on: date, value: Value) -> Amendment[Value]:
    """The amendment when a source says that `value` holds on `on`.

    It then holds from that day until the next known change. An older file imported later adds what came before.
    """
    holding = next((each for each in known if each.begin <= on and (each.until is None or on < each.until)), None)
    later = sorted((each for each in known if each.begin > on), key=lambda each: each.begin)
    following = later[0] if later else None
    if holding is not None:
        if holding.value == value:
            return Amendment()
        if following is not None and following.value == value and holding.until == following.begin:
            return _extended(following, on, also=holding)
        kept = (Spell(holding.begin, on, holding.value),) if holding.begin < on else ()
        return Amendment((holding,), (*kept, Spell(on, holding.until, value)))
    if following is not None and following.value == value:
        return _extended(following, on)
    return Amendment((), (Spell(on, following.begin if following else None, value),))


def _extended(following: Spell[Value], on: date, *, also: Spell[Value] | None = None) -> Amendment[Value]:
    """The following spell begins earlier; `also` is the one that it cuts short."""
    spell = Spell(on, following.until, following.value)
    if also is None:
        return Amendment((following,), (spell,))
    kept = (Spell(also.begin, on, also.value),) if also.begin < on else ()
    return Amendment((also, following), (*kept, spell))
