"""What is known already of the people and institutions that a delivery names, read in bulk for the rules."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lerarenregister.register.models import (
    AppointmentVersion,
    Board,
    Employee,
    InstitutionBoard,
    Location,
    PersonVersion,
)
from lerarenregister.register.queries.objections import objected_to
from lerarenregister.register.rules.claims import AppointmentKey, PersonFacts
from lerarenregister.register.rules.decisions import AppointmentState, Known
from lerarenregister.register.rules.places import Places
from lerarenregister.register.rules.timelines import Spell


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of one staff number, with the ids that an action needs to add to it: of the employee, of the
    standing version of her facts, and of each appointment with its standing version. `joined`: she has an account.
    `recorded_at` is the latest moment at which something of it was recorded."""

    known: Known = field(default_factory=Known)
    employee: UUID | None = None
    joined: bool = False
    person_version: UUID | None = None
    appointments: Mapping[AppointmentKey, tuple[UUID, UUID]] = field(default_factory=dict)
    recorded_at: datetime | None = None


@dataclass(slots=True)
class _Read:
    """What is read of one employee, row by row."""

    staff_number: str
    joined: bool
    person: PersonFacts | None = None
    person_version: UUID | None = None
    states: dict[AppointmentKey, AppointmentState] = field(default_factory=dict)
    appointments: dict[AppointmentKey, tuple[UUID, UUID]] = field(default_factory=dict)
    recorded: list[datetime] = field(default_factory=list)


def known_of(board_id: UUID, staff_numbers: Sequence[str]) -> dict[str, Knowledge]:
    """What is known of these staff numbers at a board: at most three statements for each nine hundred of them, and
    one for those who object."""
    objected = objected_to(board_id, staff_numbers)
    read: dict[UUID, _Read] = {}
    for start in range(0, len(staff_numbers), 900):
        employees = Employee.objects.filter(board_id=board_id, staff_number__in=staff_numbers[start : start + 900])
        for pk, staff_number, account in employees.values_list("id", "staff_number", "account"):
            read[pk] = _Read(staff_number, joined=account is not None)
    ids = list(read)
    for start in range(0, len(ids), 900):
        _read_persons(read, ids[start : start + 900])
        _read_appointments(read, ids[start : start + 900])
    found = {number: Knowledge(Known(objected=number in objected)) for number in staff_numbers}
    for pk, each in read.items():
        found[each.staff_number] = Knowledge(
            known=Known(each.person, each.states, each.staff_number in objected),
            employee=pk,
            joined=each.joined,
            person_version=each.person_version,
            appointments=each.appointments,
            recorded_at=max(each.recorded, default=None),
        )
    return found


def _read_persons(read: dict[UUID, _Read], ids: Sequence[UUID]) -> None:
    rows = PersonVersion.objects.filter(employee_id__in=ids, superseded_at__isnull=True).values_list(
        "id", "employee_id", "recorded_at", "family_name", "prefix", "initials", "birth_date"
    )
    for pk, employee, recorded_at, family_name, prefix, initials, birth_date in rows:
        each = read[employee]
        each.person_version = pk
        each.person = PersonFacts(family_name, prefix, initials, birth_date)
        each.recorded.append(recorded_at)


def _read_appointments(read: dict[UUID, _Read], ids: Sequence[UUID]) -> None:
    rows = AppointmentVersion.objects.filter(appointment__employee_id__in=ids, superseded_at__isnull=True).values_list(
        "id",
        "appointment_id",
        "appointment__employee_id",
        "recorded_at",
        "until",
        "withdrawn",
        "appointment__location_code",
        "appointment__ground",
        "appointment__subject",
        "appointment__field",
        "begin",
    )
    for pk, appointment, employee, recorded_at, until, withdrawn, location, ground, subject, topic, begin in rows:
        each, key = read[employee], AppointmentKey(location, ground, subject, topic, begin)
        each.appointments[key] = (appointment, pk)
        each.states[key] = AppointmentState(until, withdrawn)
        each.recorded.append(recorded_at)


def boards_known(numbers: Collection[str]) -> frozenset[str]:
    """Those of these numbers that are of a board."""
    wanted = sorted(number for number in numbers if len(number) == 5)
    known: set[str] = set()
    for start in range(0, len(wanted), 900):
        batch = wanted[start : start + 900]
        known.update(Board.objects.filter(number__in=batch).values_list("number", flat=True))
    return frozenset(known)


def places_of(brins: Collection[str], board_numbers: frozenset[str]) -> Places:
    """The boards and locations of these institutions, as now known."""
    boards: dict[str, list[Spell[str]]] = defaultdict(list)
    sectors: dict[str, list[Spell[str]]] = defaultdict(list)
    wanted = sorted(brin for brin in brins if len(brin) == 4)
    for start in range(0, len(wanted), 400):
        batch = wanted[start : start + 400]
        for brin, begin, until, number in InstitutionBoard.objects.filter(
            brin__in=batch, superseded_at__isnull=True
        ).values_list("brin", "begin", "until", "board__number"):
            boards[brin].append(Spell(begin, until, number))
        chosen = Location.objects.filter(brin__in=batch, superseded_at__isnull=True)
        for code, begin, until, sector in chosen.values_list("code", "begin", "until", "sector"):
            sectors[code].append(Spell(begin, until, sector))
    return Places(boards, sectors, board_numbers)
