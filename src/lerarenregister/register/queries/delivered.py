"""What a board delivered about one person, for its staff who deliver a change by hand. Looking at it is recorded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.register.events import PeopleConsulted
from lerarenregister.register.models import AppointmentVersion, Employee, InstitutionBoard, Location, PersonVersion
from lerarenregister.register.queries.letters import full_name
from lerarenregister.register.queries.objections import objected_to
from lerarenregister.register.rulebook import terms_at


@dataclass(frozen=True, slots=True)
class AppointmentDelivered:
    """An appointment as this board delivered it last. `last_day` still counts."""

    id: UUID
    location_code: str
    location: str
    ground: str
    subject: str
    field: str
    begin: date
    last_day: date | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class PersonDelivered:
    """Somebody as this board delivered her, with her appointments."""

    employee: UUID
    staff_number: str
    name: str
    family_name: str
    prefix: str
    initials: str
    birth_date: date
    appointments: tuple[AppointmentDelivered, ...]


@dataclass(frozen=True, slots=True)
class PlaceOfBoard:
    """A location of a board: its code and what it is called."""

    code: str
    name: str


@transaction.atomic
def person_delivered(
    board: str, *, viewer: Viewer, at: datetime, employee: UUID | None = None, staff_number: str = ""
) -> PersonDelivered:
    """Somebody of this board, by the id of her file or by her staff number, with what was delivered within the term
    after which what nobody confirmed goes. What is older would tell what she confirmed: that is not the board's to see.

    Raises NotAllowed, or Absent: not of this board, nothing that recent, or she objects to being delivered by it.
    """
    actor = viewer.must(Permission.REGISTER_PERSON_LIST, scope=board)
    rows = Employee.objects.filter(board__number=board)
    row = rows.filter(pk=employee).first() if employee else rows.filter(staff_number=staff_number).first()
    if row is None or row.staff_number in objected_to(row.board_id, [row.staff_number]):
        raise Absent("nobody of this board")
    since = at - terms_at(at).unconfirmed
    versions = AppointmentVersion.objects.filter(
        appointment__employee=row, superseded_at=None, recorded_at__gt=since
    ).select_related("appointment")
    recent = list(versions.order_by("-begin", "appointment__location_code", "id"))
    if not recent:
        raise Absent("nobody of this board")
    person = PersonVersion.objects.get(employee=row, superseded_at=None)
    names = _names([version.appointment.location_code for version in recent], at)
    event = PeopleConsulted(Reason.BOARD_CHECKS_OWN_DELIVERY, board)
    record(event, actor=actor, at=at, subjects=[row.id])
    return PersonDelivered(
        row.id,
        row.staff_number,
        full_name(person.initials, person.prefix, person.family_name),
        person.family_name,
        person.prefix,
        person.initials,
        person.birth_date,
        tuple(_appointment(version, names) for version in recent),
    )


def _appointment(version: AppointmentVersion, names: dict[str, str]) -> AppointmentDelivered:
    of = version.appointment
    return AppointmentDelivered(
        of.id,
        of.location_code,
        names.get(of.location_code, of.location_code),
        of.ground,
        of.subject,
        of.field,
        of.begin,
        version.until - timedelta(days=1) if version.until else None,
        version.withdrawn,
    )


def _names(codes: list[str], at: datetime) -> dict[str, str]:
    today = dutch_date(at)
    rows = Location.objects.filter(code__in=codes, superseded_at=None, begin__lte=today).exclude(until__lte=today)
    return {code: f"{name} ({code})" for code, name in rows.values_list("code", "name")}


def places_of_board(board: str, *, viewer: Viewer, at: datetime) -> list[PlaceOfBoard]:
    """The locations of a board today, by name; raises NotAllowed."""
    viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=board)
    today = dutch_date(at)
    of_board = InstitutionBoard.objects.filter(board__number=board, superseded_at=None, begin__lte=today)
    brins = of_board.exclude(until__lte=today).values_list("brin", flat=True)
    rows = Location.objects.filter(brin__in=list(brins), superseded_at=None, begin__lte=today).exclude(until__lte=today)
    named = rows.order_by("name", "code").values_list("code", "name", "place")
    return [PlaceOfBoard(code, f"{name}, {place} ({code})") for code, name, place in named]
