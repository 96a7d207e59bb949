"""What is known already of the people and institutions that a delivery names, read in bulk for the rules."""

from collections import defaultdict
from collections.abc import Collection, Sequence
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
from lerarenregister.register.rules.claims import AppointmentKey, PersonFacts
from lerarenregister.register.rules.decisions import AppointmentState, Known
from lerarenregister.register.rules.places import Places
from lerarenregister.register.rules.timelines import Spell


@dataclass(slots=True)
class Knowledge:
    """What is known of one staff number, with the ids that an action needs to add to it. `recorded_at` is the latest
    moment at which something of it was recorded."""

    known: Known = field(default_factory=Known)
    employee: UUID | None = None
    joined: bool = False
    person_version: UUID | None = None
    appointments: dict[AppointmentKey, tuple[UUID, UUID]] = field(default_factory=dict)
    recorded_at: datetime | None = None


def known_of(board_id: UUID, staff_numbers: Sequence[str]) -> dict[str, Knowledge]:
    """What is known of these staff numbers at a board: at most three statements for a thousand of them."""
    found = {staff_number: Knowledge() for staff_number in staff_numbers}
    by_id: dict[UUID, Knowledge] = {}
    for start in range(0, len(staff_numbers), 900):
        employees = Employee.objects.filter(board_id=board_id, staff_number__in=staff_numbers[start : start + 900])
        for pk, staff_number, account in employees.values_list("id", "staff_number", "account"):
            knowledge = found[staff_number]
            knowledge.employee, knowledge.joined = pk, account is not None
            by_id[pk] = knowledge
    ids = list(by_id)
    for start in range(0, len(ids), 900):
        _read_persons(by_id, ids[start : start + 900])
        _read_appointments(by_id, ids[start : start + 900])
    return found


def _read_persons(by_id: dict[UUID, Knowledge], ids: Sequence[UUID]) -> None:
    rows = PersonVersion.objects.filter(employee_id__in=ids, superseded_at__isnull=True).values_list(
        "id", "employee_id", "recorded_at", "family_name", "prefix", "initials", "birth_date"
    )
    for pk, employee, recorded_at, family_name, prefix, initials, birth_date in rows:
        knowledge = by_id[employee]
        knowledge.person_version = pk
        knowledge.known.person = PersonFacts(family_name, prefix, initials, birth_date)
        _remember(knowledge, recorded_at)


def _read_appointments(by_id: dict[UUID, Knowledge], ids: Sequence[UUID]) -> None:
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
    states: dict[UUID, dict[AppointmentKey, AppointmentState]] = defaultdict(dict)
    for pk, appointment, employee, recorded_at, until, withdrawn, location, ground, subject, topic, begin in rows:
        key = AppointmentKey(location, ground, subject, topic, begin)
        by_id[employee].appointments[key] = (appointment, pk)
        states[employee][key] = AppointmentState(until, withdrawn)
        _remember(by_id[employee], recorded_at)
    for employee, known in states.items():
        by_id[employee].known.appointments = known


def _remember(knowledge: Knowledge, recorded_at: datetime) -> None:
    if knowledge.recorded_at is None or recorded_at > knowledge.recorded_at:
        knowledge.recorded_at = recorded_at


def boards_known() -> frozenset[str]:
    """The numbers of all boards."""
    return frozenset(Board.objects.values_list("number", flat=True))


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
