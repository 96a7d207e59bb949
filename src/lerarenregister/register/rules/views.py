"""Two views of what is known of somebody, and what is different between them. Pure.

A view is asked on a day, as it was known on a day: what was valid then, by what had been recorded by then.
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Asked:
    """The day that it is about, and the day of which the knowledge is asked (its end)."""

    on: date
    known_on: date


@dataclass(frozen=True, slots=True)
class Stated:
    """An appointment as a view has it. `key` is the same in every view; `confirmed`: she had confirmed it like this."""

    key: str
    place: str
    board: str
    ground: str
    topic: str
    begin: date
    last_day: date | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Qualified:
    """A qualification of which two people saw the proof, as a view has it; `begin` is the day of the proof."""

    ground: str
    sector: str
    subject: str
    begin: date


@dataclass(frozen=True, slots=True)
class View:
    """What held for her: her number ("" when not registered), since when, under which number she counted when that was
    another ("" if not), her appointments and qualifications. Of somebody as a board knows her, the appointments alone.
    """

    asked: Asked
    number: str
    since: date | None
    answers_as: str
    appointments: tuple[Stated, ...]
    qualifications: tuple[Qualified, ...] = ()


class Difference(enum.StrEnum):
    """What is different in the second view."""

    REGISTERED = "registered"
    NOT_REGISTERED = "not-registered"
    SINCE = "since"
    ANSWERS_AS = "answers-as"
    STANDS_ALONE = "stands-alone"
    ADDED = "added"
    GONE = "gone"
    LAST_DAY = "last-day"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    QUALIFIED = "qualified"
    NOT_QUALIFIED = "not-qualified"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of an appointment as it is in the view that has it (`before` is the other), of a qualification,
    or of the registration itself."""

    kind: Difference
    stated: Stated | None = None
    before: Stated | None = None
    qualified: Qualified | None = None


def changes(before: View, after: View) -> tuple[Change, ...]:
    """What is different in `after`, registration first; nothing when both say the same."""
    return (
        *_of_registration(before, after),
        *_of_appointments(before.appointments, after.appointments),
        *(Change(Difference.QUALIFIED, qualified=each) for each in _only_in(after, before)),
        *(Change(Difference.NOT_QUALIFIED, qualified=each) for each in _only_in(before, after)),
    )


def _only_in(one: View, other: View) -> list[Qualified]:
    return [each for each in one.qualifications if each not in other.qualifications]


def _of_registration(before: View, after: View) -> Iterator[Change]:
    if bool(before.number) is not bool(after.number):
        yield Change(Difference.REGISTERED if after.number else Difference.NOT_REGISTERED)
    elif after.since != before.since:
        yield Change(Difference.SINCE)
    if before.answers_as != after.answers_as:
        yield Change(Difference.ANSWERS_AS if after.answers_as else Difference.STANDS_ALONE)


def _of_appointments(before: Iterable[Stated], after: Iterable[Stated]) -> Iterator[Change]:
    then = {each.key: each for each in before}
    now = {each.key: each for each in after}
    for key, each in now.items():
        if key not in then:
            yield Change(Difference.ADDED, each)
            continue
        if each.last_day != then[key].last_day:
            yield Change(Difference.LAST_DAY, each, then[key])
        if each.confirmed is not then[key].confirmed:
            yield Change(Difference.CONFIRMED if each.confirmed else Difference.UNCONFIRMED, each, then[key])
    for key, each in then.items():
        if key not in now:
            yield Change(Difference.GONE, each)
