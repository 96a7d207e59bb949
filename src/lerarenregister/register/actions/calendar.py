"""What a board says besides files: that nothing changed, that it went through all, and where it is reminded."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox.actions import queue, withdraw
from lerarenregister.register.events import BoardContactChanged, BoardMailCameBack, BoardsReminded, BoardStated
from lerarenregister.register.models import Board, BoardContact, BoardStatement, Delivery
from lerarenregister.register.queries.calendar import calendars_of
from lerarenregister.register.rules.calendar import reminders

TEMPLATE = "register/reminder"
KINDS = ("nothing-changed", "full-check")


@transaction.atomic
def state_of_board(*, board: str, kind: str, viewer: Viewer, at: datetime) -> None:
    """The board says that nothing changed (`nothing-changed`), or that it went through all of its people
    (`full-check`). Saying it twice on a day changes nothing. Raises NotAllowed, Absent (no such board, or it never
    delivered), Invalid."""
    actor = viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=board)
    if kind not in KINDS:
        raise Invalid("a board can not say that")
    row = Board.objects.select_for_update().filter(number=board).first()
    if row is None or not Delivery.objects.filter(board=row, first_finished_at__isnull=False).exists():
        raise Absent("nothing was delivered yet")
    before = BoardStatement.objects.filter(board=row, kind=kind).order_by("-said_at").first()
    if before is not None and dutch_date(before.said_at) >= dutch_date(at):
        return
    BoardStatement.objects.filter(board=row, kind=kind).delete()  # the last one counts; all of them stand in the log
    BoardStatement.objects.create(id=new_id(), board=row, kind=kind, said_at=at)
    record(BoardStated(board, kind), actor=actor, at=at)


@transaction.atomic
def keep_contact(*, board: str, address: str, viewer: Viewer, at: datetime) -> None:
    """Keep where the board is reminded; "" takes it away, with what waited to be sent there. Raises NotAllowed, Absent,
    Invalid (no address)."""
    actor = viewer.must(Permission.REGISTER_CONTACT_KEEP, scope=board)
    row = Board.objects.select_for_update().filter(number=board).first()
    if row is None:
        raise Absent("no such board")
    address = address.strip()
    before = BoardContact.objects.filter(board=row).first()
    if (before.address if before else "") == address and (before is None or before.bounced_at is None):
        return
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Invalid("this is no address") from error
    if before is not None:
        withdraw(references=[before.id])
        before.delete()
    if address:
        BoardContact.objects.create(id=new_id(), board=row, address=address, kept_at=at)
    record(BoardContactChanged(board, bool(address)), actor=actor, at=at)


@transaction.atomic
def board_mail_came_back(*, contact: UUID, at: datetime) -> bool:
    """Mail to where a board is reminded came back for good: it gets none any more, and its managers see that. Whether
    that was news."""
    row = BoardContact.objects.select_for_update(of=("self",)).select_related("board").filter(pk=contact).first()
    if row is None or row.bounced_at is not None:
        return False
    row.bounced_at = at
    row.save(update_fields=["bounced_at"])
    withdraw(references=[row.pk])
    record(BoardMailCameBack(row.board.number), actor=Actor(None, "job"), at=at)
    return True


def tell_board(board: UUID, *, template: str, at: datetime) -> bool:
    """Queue a mail to where a board is reminded; whether it gave an address. In the caller's transaction."""
    contact = BoardContact.objects.filter(board=board, bounced_at=None).values_list("pk", flat=True).first()
    if contact is not None:
        queue(template=template, reference=contact, values={}, at=at)
    return contact is not None


def remind_boards(at: datetime) -> int:
    """Queue a reminder for each board that gave an address and of which a day comes near or has passed; each of both
    is said once. Returns how many. Running it twice sends nothing more."""
    reached = BoardContact.objects.filter(bounced_at=None).select_related("board")
    contacts = {each.board.number: each.pk for each in reached}
    if not contacts:
        return 0
    calendars = calendars_of(None if len(contacts) > 500 else list(contacts), at)
    reminded = 0
    for number, key in sorted(contacts.items()):
        marks = reminders(calendars[number]) if number in calendars else []
        with transaction.atomic():
            contact = BoardContact.objects.select_for_update().filter(pk=key).first()
            if contact is None or contact.reminded == marks:
                continue
            fresh = set(marks) - set(contact.reminded)
            contact.reminded = marks
            contact.save(update_fields=["reminded"])
            if fresh:
                queue(template=TEMPLATE, reference=contact.pk, values={}, at=at)
                record(BoardsReminded(number), actor=Actor(None, "job"), at=at)
                reminded += 1
    return reminded
