"""Letting go of somebody who closes her account: her registration ends, and all that was delivered is erased."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.register.actions.cases.merging import enter_waiting, kept_waiting_by
from lerarenregister.register.actions.erasing import Erased, erase_file, erase_lines, hold_deliveries, note_erased
from lerarenregister.register.actions.registering import erase_registration
from lerarenregister.register.events import RegistrationEnded
from lerarenregister.register.models import (
    ActivationCodeIssued,
    ActivationTry,
    Case,
    Confirmation,
    Dispute,
    Employee,
    Objection,
    PreRegisterAssignment,
    Registration,
    Review,
)
from lerarenregister.register.rulebook import terms_at

OWN_REQUEST = "own-request"
_ROLE = "account-holder"


@transaction.atomic
def erase_person(*, account: UUID, at: datetime) -> None:
    """End her registration on her own request, and erase all that is held of her here. In the caller's transaction.

    Her number is never given again. Objections that hold go on to hold for their term, without saying whose they are.
    """
    erased: Erased = Counter()
    # First: from here on nobody can join another file to her account.
    erased["reviews"] += Review.objects.filter(account=account).delete()[0]
    files, objections = Employee.objects.filter(account=account), Objection.objects.filter(account=account)
    numbers = {*files.values_list("board_id", "staff_number"), *objections.values_list("board_id", "staff_number")}
    for board in sorted({board for board, _ in numbers}):
        hold_deliveries(board)
    employees = list(files.select_for_update().order_by("id"))
    waiting = kept_waiting_by(account)
    _end_registration(account, erased, at)
    erased["confirmations"] += Confirmation.objects.filter(account=account).delete()[0]
    erased["disputes"] += Dispute.objects.filter(account=account).delete()[0]
    Case.objects.filter(account=account).delete()
    for board, staff_number in sorted(numbers):
        erase_lines(board, staff_number, also_number=True)
    for employee in employees:
        erase_file(employee, erased)
    for each in waiting:
        enter_waiting(each, Actor(None, "job"), at)
    ActivationTry.objects.filter(account=account).delete()
    ActivationCodeIssued.objects.filter(redeemed_by=account).delete()  # of files that never joined her account
    objections.filter(withdrawn_at__isnull=False).delete()
    objections.update(account=None, file=None, staff_number="", kept_until=at + terms_at(at).objection_kept)
    note_erased(erased, role=_ROLE, at=at)


def _end_registration(account: UUID, erased: Erased, at: datetime) -> None:
    erased["pre_register"] += PreRegisterAssignment.objects.filter(account=account).delete()[0]
    registration = Registration.objects.select_for_update().filter(account=account).first()
    if registration is None:
        return  # a qualification goes with the registration that it made
    erased.update(erase_registration(registration, at=at))
    record(RegistrationEnded(OWN_REQUEST), actor=Actor(None, _ROLE), at=at)
