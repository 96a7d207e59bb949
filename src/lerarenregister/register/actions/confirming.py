"""Her answers: she confirms a version of an appointment, or says what is wrong. Only a confirmed one has effect."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.cases import enter_as_one, open_dispute
from lerarenregister.register.errors import VersionPassed
from lerarenregister.register.events import (
    AppointmentConfirmed,
    AppointmentDisputed,
    PreRegisterEntered,
)
from lerarenregister.register.models import (
    AppointmentVersion,
    Confirmation,
    Dispute,
    Employee,
    PersonVersion,
    PreRegisterAssignment,
    ProvenPerson,
)
from lerarenregister.register.rulebook import RULEBOOKS

MOST_WORDS = 2_000


@transaction.atomic
def confirm_appointment(*, version: UUID, person: UUID, viewer: Viewer, at: datetime) -> bool:
    """She confirms what she saw: a version of the appointment and the version of her name and birth date beside it.

    Returns whether that was new (a second click changes nothing).

    A qualified ground makes or extends her registration, unless it is first looked into whether she has one already; an
    unqualified one enters the pre-register. Raises SignInNeeded, PersonBoundNeeded, Absent (not hers), VersionPassed
    (the board delivered something newer).
    """
    row = _own_version(version, viewer)
    appointment = row.appointment
    seen = PersonVersion.objects.filter(pk=person, employee_id=appointment.employee_id).first()
    if seen is None:
        raise Absent("no such personal facts")
    if Confirmation.objects.filter(version=row, person_version=seen).exists():
        return False
    if row.superseded_at is not None or seen.superseded_at is not None:
        raise VersionPassed
    actor, account = viewer.as_teacher(), viewer.person()
    Confirmation.objects.create(id=new_id(), version=row, person_version=seen, account=account, confirmed_at=at)
    _know_as_delivered(seen, account, at)
    subjects = [account, appointment.employee_id]
    record(AppointmentConfirmed(appointment.id, row.id, seen.id), actor=actor, at=at, subjects=subjects)
    if not row.withdrawn:
        _take_effect(row, account, actor, at)
    return True


def _know_as_delivered(seen: PersonVersion, account: UUID, at: datetime) -> None:
    """What she confirms holds above a name that was proven before it was delivered, when it says something else."""
    proven = ProvenPerson.objects.filter(account=account, superseded_at=None, recorded_at__lt=seen.recorded_at)
    same = proven.filter(family_name=seen.family_name, prefix=seen.prefix, birth_date=seen.birth_date)
    if not same.exists():
        proven.update(superseded_at=at)


def _take_effect(row: AppointmentVersion, account: UUID, actor: Actor, at: datetime) -> None:
    appointment = row.appointment
    subjects = [account, appointment.employee_id]
    if not RULEBOOKS.ground(appointment.ground).qualified:
        if not PreRegisterAssignment.objects.filter(appointment=appointment).exists():
            PreRegisterAssignment.objects.create(id=new_id(), account=account, appointment=appointment, added_at=at)
            record(PreRegisterEntered(appointment.id), actor=actor, at=at, subjects=subjects)
        return
    enter_as_one(account=account, appointment=appointment, actor=actor, at=at)


@transaction.atomic
def dispute_appointment(*, version: UUID, words: str, viewer: Viewer, at: datetime) -> None:
    """She says in her own words what is wrong, and the board is asked (`actions.cases`). What she confirmed before
    stands. The same words twice are recorded once; other words are added to what she said before.

    Raises as `confirm_appointment`, and Invalid without words or with more than 2,000 characters.
    """
    row = _own_version(version, viewer)
    said = words.strip()
    if not said or len(said) > MOST_WORDS:
        raise Invalid("words")
    if Dispute.objects.filter(version=row, words=said).exists():
        return
    if row.superseded_at is not None:
        raise VersionPassed
    account, dispute = viewer.person(), new_id()
    Dispute.objects.create(id=dispute, version=row, account=account, words=said, disputed_at=at)
    event = AppointmentDisputed(row.appointment_id, row.id, dispute)
    record(event, actor=viewer.as_teacher(), at=at, subjects=[account, row.appointment.employee_id])
    open_dispute(row, said, viewer=viewer, at=at)


def _own_version(version: UUID, viewer: Viewer) -> AppointmentVersion:
    """The version, when it is of a file that joined her account; its employee is locked, so that answers and deliveries
    take turns."""
    account = viewer.person()
    row = (
        AppointmentVersion.objects.select_related("appointment")
        .filter(pk=version, appointment__employee__account=account)
        .first()
    )
    if row is None:
        raise Absent("no such appointment")
    if Employee.objects.select_for_update().filter(pk=row.appointment.employee_id).first() is None:
        raise Absent("no such appointment")
    now = AppointmentVersion.objects.filter(pk=row.pk).values_list("superseded_at").first()
    if now is None:  # erased while this waited for the lock
        raise Absent("no such appointment")
    row.superseded_at = now[0]
    return row
