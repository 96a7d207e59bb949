"""Writing what a delivery changes about employees and their appointments, in bulk."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lerarenregister.audit.actions import Entry, record_all
from lerarenregister.audit.bulk import insert_rows
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.work_mail import keep_work_mails
from lerarenregister.register.events import LineDelivered
from lerarenregister.register.models import Appointment, AppointmentVersion, Employee, PersonVersion
from lerarenregister.register.queries.knowledge import Knowledge
from lerarenregister.register.rules.claims import AppointmentKey, PersonFacts
from lerarenregister.register.rules.decisions import Decision
from lerarenregister.register.rules.reasons import Outcome

_SOURCE = ("delivery_id", "line", "recorded_at")
_EMPLOYEE = ("id", "board_id", "staff_number")
_PERSON = ("id", "employee_id", *PersonFacts._fields, *_SOURCE)
_APPOINTMENT = ("id", "employee_id", "series", *AppointmentKey._fields)
_VERSION = ("id", "appointment_id", "series", "begin", "until", "withdrawn", *_SOURCE)


class Writer:
    """Collects the decisions of a chunk of persons and writes them with their events, in the caller's transaction."""

    def __init__(self, *, delivery_id: UUID, board_id: UUID, board: str, actor: Actor, at: datetime) -> None:
        self._delivery_id, self._board_id, self._board = delivery_id, board_id, board
        self._actor, self._at, self._recorded_at = actor, at, at
        # Rows in the order of the columns below; what has a recorded time gets it in `write`.
        self._employees: list[tuple[object, ...]] = []
        self._persons: list[tuple[object, ...]] = []
        self._appointments: list[tuple[object, ...]] = []
        self._versions: list[tuple[object, ...]] = []
        self._old_persons: list[UUID] = []
        self._old_versions: list[UUID] = []
        self._events: list[Entry] = []
        self._mails: dict[UUID, str] = {}

    def take(self, staff_number: str, known: Knowledge, decisions: Sequence[Decision]) -> None:
        """Take the decisions on all lines of one staff number. Her facts and each appointment change at most once."""
        changes = [each for each in decisions if each.outcome in (Outcome.ACCEPTED, Outcome.CHANGED)]
        employee = known.employee
        if employee is None:
            if not changes:
                return
            employee = new_id()
            self._employees.append((employee, self._board_id, staff_number))
        # Recorded times never go back, whatever the clocks of the machines say.
        if changes and known.recorded_at is not None:
            self._recorded_at = max(self._recorded_at, known.recorded_at)
        for decision in changes:
            self._person(known, employee, decision)
            appointment = self._appointment(known, employee, decision)
            event = LineDelivered(self._board, self._delivery_id, decision.number, str(decision.outcome), appointment)
            self._events.append(Entry(event, [employee]))
        mail = next((each.work_mail for each in decisions if each.work_mail), "")
        if mail and not known.joined:
            self._mails[employee] = mail

    def _person(self, known: Knowledge, employee: UUID, decision: Decision) -> None:
        if decision.person is None:
            return
        if known.person_version is not None:
            self._old_persons.append(known.person_version)
        self._persons.append((new_id(), employee, *decision.person, self._delivery_id, decision.number))

    def _appointment(self, known: Knowledge, employee: UUID, decision: Decision) -> UUID | None:
        key, state = decision.key, decision.state
        if key is None or state is None:
            return None
        series = series_of(employee, key)
        before = known.appointments.get(key)
        if before is None:
            appointment = new_id()
            self._appointments.append((appointment, employee, series, *key))
        else:
            appointment, version = before
            self._old_versions.append(version)
        said = (key.begin, state.until, state.withdrawn, self._delivery_id, decision.number)
        self._versions.append((new_id(), appointment, series, *said))
        return appointment

    def write(self) -> None:
        """Write everything that was taken. What is superseded ends at the moment at which the new is recorded."""
        _supersede(PersonVersion, self._old_persons, self._recorded_at)
        _supersede(AppointmentVersion, self._old_versions, self._recorded_at)
        recorded = (self._recorded_at,)
        insert_rows(Employee, _EMPLOYEE, self._employees)
        insert_rows(PersonVersion, _PERSON, [row + recorded for row in self._persons])
        insert_rows(Appointment, _APPOINTMENT, self._appointments)
        insert_rows(AppointmentVersion, _VERSION, [row + recorded for row in self._versions])
        keep_work_mails(self._mails, at=self._at)
        if self._events:
            record_all(self._events, actor=self._actor, at=self._at)


def series_of(employee: UUID, key: AppointmentKey) -> UUID:
    """The series of an appointment: a hash of employee, location, ground, subject and field."""
    text = "\x1f".join((str(employee), *key.series))
    return UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])


def _supersede(model: type[PersonVersion] | type[AppointmentVersion], ids: Sequence[UUID], at: datetime) -> None:
    for start in range(0, len(ids), 900):
        model.objects.filter(pk__in=ids[start : start + 900]).update(superseded_at=at)
