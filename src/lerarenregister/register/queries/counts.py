"""Counts of a day, made by the database: what they mean is in the rulebook (`tellingen.toml`)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lerarenregister.kernel.clock import AMSTERDAM
from lerarenregister.register.models import (
    Appointment,
    Confirmation,
    Location,
    PreRegisterAssignment,
    Qualification,
    Registration,
    RegistrationPart,
    RegistrationSpell,
)
from lerarenregister.register.queries.answering import person_known
from lerarenregister.register.rules.institution_files import SECTORS


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a day: per sector, and in all. Of people each is in all once, and may be in more than one sector."""

    on: date
    sectors: tuple[tuple[str, int], ...]
    total: int


def counts(on: date) -> Counts:
    """The counts at the end of a day, made by the database; those by a proof, which are few, by three more."""
    until = datetime.combine(on + timedelta(days=1), time(), AMSTERDAM)
    parts = RegistrationPart.objects.annotate(person=person_known(until))
    held = parts.filter(appointment__in=_standing(until, on), person__in=_holding(until, on), added_at__lt=until)
    numbers = Counter(
        held.aggregate(
            total=_people(_codes()), **{sector: _people(_codes().filter(sector=sector)) for sector in SECTORS}
        )
    )
    numbers.update(_by_proof(held, until, on))
    return Counts(
        on=on,
        sectors=tuple((sector, numbers[sector]) for sector in SECTORS),
        total=numbers["total"],
    )


def appointments_counted(on: date, *, pre_register: bool = False) -> Counts:
    """Confirmed appointments that ran on a day, as it was known at its end; or those of them in the pre-register."""
    until = datetime.combine(on + timedelta(days=1), time(), AMSTERDAM)
    rows = Appointment.objects.filter(pk__in=_standing(until, on))
    if pre_register:
        rows = rows.filter(pk__in=PreRegisterAssignment.objects.filter(added_at__lt=until).values("appointment"))
    numbers = rows.aggregate(
        total=Count("pk"),
        **{
            sector: Count("pk", filter=Q(location_code__in=_codes().filter(sector=sector).values("code")))
            for sector in SECTORS
        },
    )
    return Counts(on=on, sectors=tuple((sector, numbers[sector]) for sector in SECTORS), total=numbers["total"])


def _by_proof(held: QuerySet[Any], until: datetime, on: date) -> Counter[str]:
    """Who is counted by a qualification: in its sector, and in all, unless she is there already by an appointment."""
    known = Q(superseded_at=None) | Q(superseded_at__gte=until)
    rows = Qualification.objects.filter(known, begin__lte=on, recorded_at__lt=until)
    if not rows.exists():
        return Counter()
    registered = Registration.objects.annotate(person=person_known(until, "pk")).filter(person__in=_holding(until, on))
    people = dict(registered.filter(account__in=rows.values("account")).values_list("account", "person"))
    working: dict[UUID, set[str]] = defaultdict(set)
    at_work = held.filter(person__in=set(people.values()))
    sectors = dict(_codes().values_list("code", "sector")) if at_work.exists() else {}
    for person, code in at_work.values_list("person", "appointment__location_code"):
        if code in sectors:
            working[person] |= {"total", sectors[code]}
    more = Counter[str]()
    for account, sector in rows.filter(account__in=list(people)).values_list("account", "sector"):
        more.update({"total", sector} - working[people[account]])
        working[people[account]] |= {"total", sector}
    return more


def _standing(until: datetime, on: date) -> QuerySet[Confirmation, UUID]:
    """The appointments of which the version that stands holds on this day: the last one that she confirmed before the
    day ended. What was recorded later is the later version, whatever moments clocks gave."""
    right = Q(version__set_aside_at=None) | Q(version__set_aside_at__gte=until)
    confirmed = Confirmation.objects.filter(right, confirmed_at__lt=until)
    of_one = confirmed.filter(version__appointment=OuterRef("version__appointment"))
    later = of_one.filter(version__recorded_at__gt=OuterRef("version__recorded_at"))
    holding = confirmed.filter(
        Q(version__until=None) | Q(version__until__gt=on), version__withdrawn=False, version__begin__lte=on
    )
    return holding.filter(~Exists(later)).values_list("version__appointment", flat=True)


def _holding(until: datetime, on: date) -> QuerySet[RegistrationSpell, UUID]:
    """The registrations that held on this day, as it was known when the day ended."""
    known = RegistrationSpell.objects.filter(Q(superseded_at=None) | Q(superseded_at__gte=until), recorded_at__lt=until)
    return known.filter(Q(until=None) | Q(until__gt=on), begin__lte=on).values_list("registration_id", flat=True)


def _codes() -> QuerySet[Location]:
    """Locations as they are known now, each by the last of its periods."""
    known = Location.objects.filter(superseded_at=None)
    later = known.filter(code=OuterRef("code"), begin__gt=OuterRef("begin"))
    return known.filter(~Exists(later), sector__in=SECTORS)


def _people(at: QuerySet[Location]) -> Count:
    """How many people, each once, have something at one of these: registrations that are one person's are one."""
    return Count("person", filter=Q(appointment__location_code__in=at.values("code")), distinct=True)
