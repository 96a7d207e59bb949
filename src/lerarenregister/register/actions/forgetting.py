"""Forgetting what was delivered and never confirmed, after its term. It is about somebody who never said yes.

A file is looked at when a delivery of its board, or of one that it came from with its school, has had the term, so that
the daily work costs nothing on other days.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from lerarenregister.register.actions.erasing import erase_unconfirmed, hold_deliveries, note_erased
from lerarenregister.register.models import (
    AppointmentVersion,
    Confirmation,
    Delivery,
    Employee,
    FileMove,
    PersonVersion,
    Review,
)
from lerarenregister.register.rulebook import over


def forget_unconfirmed(at: datetime) -> int:
    """Erase what nobody confirmed within `unconfirmed_days` after it was delivered; returns how many files it was of.

    A file waits while something in it is younger, so that she can compare what is new with what was; and while a review
    of it is open. Running it twice changes nothing more.
    """
    before = over(lambda terms: terms.unconfirmed, at)
    due = _due(before)
    boards = list(due.order_by("board_id").values_list("board_id", flat=True).distinct())
    return sum(_forget_of_board(board, before=before, at=at) for board in boards)


def _forget_of_board(board: UUID, *, before: datetime, at: datetime) -> int:
    # One of which lines were mended and delivered later is looked at again when those have had the term.
    covered = list(_due(before).filter(board_id=board, finished_at__lte=before).values_list("pk", flat=True))
    went_to = FileMove.objects.filter(giving_id=board).exclude(employee__board_id=board)
    forgotten, reviewed = 0, False
    for each in [board, *went_to.order_by().values_list("employee__board_id", flat=True).distinct()]:
        old = _old_files(each, before)
        files = list(old.exclude(_REVIEWED).values_list("pk", flat=True))
        forgotten += sum(_forget(file, each, before=before, at=at) for file in files)
        reviewed = reviewed or old.filter(_REVIEWED).exists()
    if not reviewed:
        # A file with something younger is looked at when the delivery of that has had its term.
        Delivery.objects.filter(pk__in=covered).update(forgotten_at=at)
    return forgotten


def _due(before: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(first_finished_at__lte=before, forgotten_at=None, state="delivered")


@transaction.atomic
def _forget(file: UUID, board: UUID, *, before: datetime, at: datetime) -> int:
    """One file, in a transaction of its own; 0 when it changed since it was found, or nothing of it had to go."""
    hold_deliveries(board)
    employee = Employee.objects.select_for_update(of=("self",)).filter(pk=file).first()
    if employee is None or not _old_files(board, before).exclude(_REVIEWED).filter(pk=file).exists():
        return 0
    erased = erase_unconfirmed(employee, ends=False)
    note_erased(erased, role="job", at=at)
    return int(erased.total() > 0)


_REVIEWED = Exists(Review.objects.filter(employee=OuterRef("pk"), decided_at=None))


def _old_files(board: UUID, before: datetime) -> QuerySet[Employee]:
    """Files with something unconfirmed, and nothing that was delivered after the moment."""
    appointments = AppointmentVersion.objects.filter(appointment__employee=OuterRef("pk"))
    persons = PersonVersion.objects.filter(employee=OuterRef("pk"))
    confirmed = Confirmation.objects.filter(version=OuterRef("pk"))
    person_confirmed = Confirmation.objects.filter(person_version=OuterRef("pk"))
    return (
        Employee.objects.filter(board_id=board)
        .filter(Exists(appointments.exclude(Exists(confirmed))) | Exists(persons.exclude(Exists(person_confirmed))))
        .exclude(Exists(appointments.filter(recorded_at__gt=before)))
        .exclude(Exists(persons.filter(recorded_at__gt=before)))
        .order_by("pk")
    )
