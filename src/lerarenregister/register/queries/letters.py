"""What a letter tells an employee: what her board delivered about her."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lerarenregister.register.models import (
    ActivationCodeIssued,
    AppointmentVersion,
    BoardName,
    Employee,
    Location,
    PersonVersion,
)
from lerarenregister.register.rulebook import RULEBOOKS


@dataclass(frozen=True, slots=True)
class LetterAppointment:
    """An appointment as it stands in a letter; `last_day` is inclusive, as people read it."""

    location: str
    place: str
    ground_nl: str
    ground_en: str
    topic: str
    begin: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: to whom (name only; the board adds the address), what was delivered, by which board, and when."""

    employee: UUID
    staff_number: str
    name: str
    birth_date: date
    board: str
    board_name: str
    delivered_at: datetime
    appointments: tuple[LetterAppointment, ...]


def full_name(initials: str, prefix: str, family_name: str) -> str:
    """A name as it is written in Dutch."""
    return " ".join(part for part in (initials, prefix, family_name) if part)


def letters_for(
    board: str,
    *,
    employees: Sequence[UUID] | None,
    without_code_at: datetime | None,
    most: int,
    printed_at: datetime | None = None,
) -> list[Letter]:
    """The letters for employees of this board without an account, by name; for `print_letters` alone.

    Of all (`employees` None) only those without a live code at `without_code_at`, when it is given; and of all of
    these only whose letter of `printed_at` still works, when that is given.
    """
    rows = Employee.objects.filter(board__number=board, account__isnull=True)
    live = ActivationCodeIssued.objects.filter(voided_at=None, redeemed_at=None)
    if employees is not None:
        rows = rows.filter(pk__in=list(employees)[:500])
    elif without_code_at is not None:
        rows = rows.exclude(pk__in=live.filter(expires_at__gt=without_code_at).values("employee_id"))
    if printed_at is not None:
        rows = rows.filter(pk__in=live.filter(channel="letter", issued_at=printed_at).values("employee_id"))
    staff = {row.id: row.staff_number for row in rows.order_by("staff_number")[:most]}
    ids = list(staff)
    appointments = appointments_of(ids)
    name = board_names([board]).get(board, "")
    letters = []
    for start in range(0, len(ids), 900):
        for person in PersonVersion.objects.filter(employee_id__in=ids[start : start + 900], superseded_at=None):
            letters.append(
                Letter(
                    employee=person.employee_id,
                    staff_number=staff[person.employee_id],
                    name=full_name(person.initials, person.prefix, person.family_name),
                    birth_date=person.birth_date,
                    board=board,
                    board_name=name,
                    delivered_at=person.recorded_at,
                    appointments=tuple(appointments.get(person.employee_id, ())),
                )
            )
    return sorted(letters, key=lambda letter: (letter.name, letter.staff_number))


def appointments_of(employees: Sequence[UUID]) -> dict[UUID, list[LetterAppointment]]:
    """The appointments that stand for these employees."""
    found: dict[UUID, list[LetterAppointment]] = {}
    for start in range(0, len(employees), 900):
        versions = list(
            AppointmentVersion.objects.filter(
                appointment__employee_id__in=employees[start : start + 900], superseded_at=None, withdrawn=False
            )
            .select_related("appointment")
            .order_by("begin", "id")
        )
        locations = locations_named({version.appointment.location_code for version in versions})
        for version in versions:
            appointment = version.appointment
            name, place = locations.get(appointment.location_code, (appointment.location_code, ""))
            found.setdefault(appointment.employee_id, []).append(
                LetterAppointment(
                    location=name,
                    place=place,
                    ground_nl=RULEBOOKS.ground(appointment.ground).name_nl,
                    ground_en=RULEBOOKS.ground(appointment.ground).name_en,
                    topic=appointment.subject or appointment.field,
                    begin=version.begin,
                    last_day=last_day(version.until),
                )
            )
    return found


def last_day(until: date | None) -> date | None:
    """The last day of a half-open period, as people say it."""
    return None if until is None else date.fromordinal(until.toordinal() - 1)


def locations_named(codes: set[str]) -> dict[str, tuple[str, str]]:
    """The latest known name and place of these locations."""
    rows = Location.objects.filter(code__in=codes, superseded_at=None).order_by("begin")
    return {row.code: (row.name, row.place) for row in rows}


def board_names(numbers: Sequence[str]) -> dict[str, str]:
    """The latest known names of these boards; a board without a name is not in it."""
    rows = BoardName.objects.filter(board__number__in=numbers, superseded_at=None).select_related("board")
    return {row.board.number: row.name for row in rows.order_by("begin")}
