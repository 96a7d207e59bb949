"""She objects to being delivered by a board, and withdraws that. Both take effect at once, and nobody decides on it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.actions import record
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.erasing import erase_lines, erase_unconfirmed, hold_deliveries, note_erased
from lerarenregister.register.events import DeliveryObjected, ObjectionWithdrawn
from lerarenregister.register.keyed import staff_hash
from lerarenregister.register.models import Employee, Objection


@transaction.atomic
def object_to_delivery(*, file: UUID, viewer: Viewer, at: datetime) -> UUID:
    """She objects to what the board of this file of hers delivers. Returns the id of the objection.

    What was delivered and not confirmed is erased; what she confirmed stands. From now on lines of that board about her
    are refused. A second click changes nothing. Raises SignInNeeded, PersonBoundNeeded, Absent (not hers).
    """
    account, actor = viewer.person(), viewer.as_teacher()
    accounts.take_turn(account)
    made = Objection.objects.filter(file=file, account=account, withdrawn_at=None).first()
    if made is not None:
        return made.id
    board = Employee.objects.filter(pk=file, account=account).values_list("board_id", flat=True).first()
    if board is None:
        raise Absent("no such file")
    hold_deliveries(board)
    employee = Employee.objects.select_for_update(of=("self",)).select_related("board").get(pk=file)
    number = employee.board.number
    objection = Objection.objects.create(
        id=new_id(),
        board_id=board,
        staff_hash=staff_hash(board, employee.staff_number),
        staff_number=employee.staff_number,
        account=account,
        file=file,
        made_at=at,
    )
    record(DeliveryObjected(number, objection.id), actor=actor, at=at, subjects=[account, file])
    erase_lines(board, employee.staff_number)
    note_erased(erase_unconfirmed(employee), role=actor.role, at=at)
    return objection.id


@transaction.atomic
def withdraw_objection(*, objection: UUID, viewer: Viewer, at: datetime) -> None:
    """She withdraws an objection of hers: the board may deliver again. Once withdrawn it stays so. Raises Absent."""
    account, actor = viewer.person(), viewer.as_teacher()
    row = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("board")
        .filter(pk=objection, account=account)
        .first()
    )
    if row is None:
        raise Absent("no such objection")
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    subjects = [account] if row.file is None else [account, row.file]
    record(ObjectionWithdrawn(row.board.number, row.id), actor=actor, at=at, subjects=subjects)
