"""Who is like somebody: for the actions that hold what may be a second registration of one person."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from lerarenregister.register.models import Employee, PersonVersion, ProvenPerson, Registration
from lerarenregister.register.rules.likeness import Likeness, Someone, Verdict, blocks, dates_like, likeness


@dataclass(frozen=True, slots=True)
class Filed:
    """Somebody's file at a board as it is now; `delivery` is the one that her name and birth date came with."""

    employee: UUID
    account: UUID | None
    delivery: UUID
    someone: Someone


@dataclass(frozen=True, slots=True)
class Proven:
    """The account of somebody who is registered on a proof that two people saw, and whom no board delivered."""

    account: UUID
    someone: Someone


_FIELDS = (
    "employee",
    "employee__account",
    "delivery",
    "family_name",
    "prefix",
    "initials",
    "birth_date",
    "employee__board__number",
    "employee__staff_number",
)


def _filed(rows: QuerySet[PersonVersion]) -> Iterator[Filed]:
    for employee, account, delivery, *facts in rows.filter(superseded_at=None).values_list(*_FIELDS):
        yield Filed(employee, account, delivery, Someone(*facts))


def _proven(either: Q) -> Iterator[Proven]:
    registered = Registration.objects.filter(account=OuterRef("account"))
    delivered = Employee.objects.filter(account=OuterRef("account"))
    rows = ProvenPerson.objects.filter(either, Exists(registered), ~Exists(delivered), superseded_at=None)
    for row in rows:
        yield Proven(row.account, Someone(row.family_name, row.prefix, row.given_name, row.birth_date))


def files_of_board(board: UUID) -> list[Filed]:
    """All whom a board delivered, as it says they are now."""
    return list(_filed(PersonVersion.objects.filter(employee__board=board)))


def files_of(account: UUID) -> list[Filed]:
    """The files that joined this account."""
    return list(_filed(PersonVersion.objects.filter(employee__account=account)))


_ALIKE = frozenset({Likeness.SAME, Likeness.POSSIBLE})
Found = list[tuple[Filed | Proven, Verdict]]
_AT_ONCE = {"postgresql": 40, "sqlite": 10}
"""People in one statement: more cost its planner, or who looks through the rows, more than they save."""


def registered_like(someone: Someone, *, but: UUID | None) -> Found:
    """Files of accounts with a registration, other than `but`, that are or may be of the same person; and who is
    registered on a proof alone.

    They are found by the birth date and those that a slip makes of it, over an index: no name is kept a second time to
    find them by. Nobody is found without a birth date.
    """
    return registered_like_each([(someone, but)])[0]


def registered_like_each(people: Sequence[tuple[Someone, UUID | None]]) -> list[Found]:
    """The same of several people, each with the account that is her own: many of them in one statement."""
    found: list[Found] = []
    at_once = _AT_ONCE[connection.vendor]
    for start in range(0, len(people), at_once):
        found += _like(people[start : start + at_once])
    return found


def _like(people: Sequence[tuple[Someone, UUID | None]]) -> list[Found]:
    wanted = [_Wanted.of(someone, but) for someone, but in people]
    either, days = Q(), set[date]()
    for each in wanted:
        if each.born is not None:
            days |= {each.born, *each.slips}
            # Beside a birth date with a slip the name must agree: a piece of it leaves a handful of the thousand born
            # on them.
            either |= Q(birth_date=each.born)
            either |= Q(birth_date__in=sorted(each.slips), family_name__icontains=each.piece)
    if not days:
        return [[] for _ in people]
    if connection.vendor == "sqlite":  # it takes an index for all of the days, and none for the alternatives
        either &= Q(birth_date__in=sorted(days))
    held = Registration.objects.filter(account=OuterRef("employee__account"))
    by_date: dict[date | None, list[Filed | Proven]] = defaultdict(list)
    found: Iterator[Filed | Proven] = chain(
        _filed(PersonVersion.objects.filter(either).filter(Exists(held))), _proven(either)
    )
    for near in found:
        by_date[near.someone.birth_date].append(near)
    return [one.among(by_date) for one in wanted]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Who is looked for: by her birth date, or by one with a slip and a piece of her name; not in the account `but`."""

    someone: Someone
    but: UUID | None
    born: date | None
    slips: frozenset[date]
    piece: str

    @classmethod
    def of(cls, someone: Someone, but: UUID | None) -> "_Wanted":
        born = someone.birth_date
        slips = frozenset(dates_like(born)) - {born} if born else frozenset()
        return cls(someone, but, born, slips, _piece_of(someone.family_name))

    def among(self, by_date: Mapping[date | None, list[Filed | Proven]]) -> Found:
        """Those of these who are like her."""
        if self.born is None:
            return []
        piece = self.piece.upper()
        near = list(by_date.get(self.born, ()))
        for day in self.slips:
            near += [each for each in by_date.get(day, ()) if piece in each.someone.family_name.upper()]
        return [
            (each, verdict)
            for each in near
            if (self.but is None or each.account != self.but)
            and (verdict := likeness(self.someone, each.someone)).likeness in _ALIKE
        ]


def accounts_like(someone: Someone, *, but: UUID) -> set[UUID]:
    """The accounts with a registration, other than `but`, whose holder is or may be the same person: as a board
    delivered her, or by the name and birth date that she proved."""
    found = {each.account for each, _ in registered_like(someone, but=but) if each.account is not None}
    born = someone.birth_date
    if born is not None:
        rows = ProvenPerson.objects.filter(superseded_at=None, birth_date__in=[born, *dates_like(born)])
        for row in rows.exclude(account=but):
            known = Someone(row.family_name, row.prefix, row.given_name, row.birth_date)
            if likeness(someone, known).likeness in _ALIKE:
                found.add(row.account)
    return found


def _piece_of(family_name: str) -> str:
    """The first plain letters of the longest part of a name, by which it is found however it is written otherwise."""
    found = re.findall(r"[A-Za-z]{2,}", family_name)
    return max(found, key=len)[:4] if found else family_name


MOST_IN_A_BLOCK = 30


def alike_among(new: Iterable[Filed], known: Iterable[Filed]) -> Iterator[tuple[Filed, Filed, Verdict]]:
    """Those of the new files who are like one of the known, each pair once. What more than `MOST_IN_A_BLOCK` have in
    common says nothing of two of them: it is a value that somebody fills in for all."""
    by_block: dict[tuple[object, ...], list[Filed]] = defaultdict(list)
    for each in known:
        for block in set(blocks(each.someone)):
            by_block[block].append(each)
    seen = set[frozenset[UUID]]()
    for one in new:
        for block in set(blocks(one.someone)):
            for other in by_block[block] if len(by_block[block]) <= MOST_IN_A_BLOCK else ():
                pair = frozenset({one.employee, other.employee})
                if len(pair) == 2 and pair not in seen:
                    seen.add(pair)
                    if (verdict := likeness(one.someone, other.someone)).likeness in _ALIKE:
                        yield one, other, verdict
