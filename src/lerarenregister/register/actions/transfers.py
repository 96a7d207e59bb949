"""Schools that go to another board take their people along: proposed by one, agreed to by another, carried out on the
day.

Boards that merge hand over all of their schools; a board that splits hands over some. A file goes along whole: with
its history, its codes, reviews and cases, what she confirmed and her account. From then on the giving board does not
see it."""

import hmac
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import Entry, record, record_all
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.cases.moving import hashes_of
from lerarenregister.register.actions.erasing import hold_deliveries
from lerarenregister.register.actions.institutions import give_institutions
from lerarenregister.register.errors import BoardUnknown, SecondNeeded, WrongState
from lerarenregister.register.events import (
    FileMoved,
    TransferAgreed,
    TransferDone,
    TransferNumbered,
    TransferProposed,
    TransferWithdrawn,
)
from lerarenregister.register.models import (
    Board,
    Case,
    Delivery,
    DeliveryLine,
    Employee,
    FileMove,
    InstitutionBoard,
    Transfer,
)
from lerarenregister.register.queries.knowledge import places_of
from lerarenregister.register.queries.transfers import who_goes
from lerarenregister.register.rules.columns import Column
from lerarenregister.register.rules.identity import ClaimedIdentity
from lerarenregister.register.rules.reasons import Outcome, Reason

_AWAY = timedelta(days=366)
_JOB = Actor(None, "job")


@transaction.atomic
def propose_transfer(
    *,
    giving: str,
    taking: str,
    brins: Collection[str],
    on: date,
    claims: ClaimedIdentity,
    viewer: Viewer,
    at: datetime,
) -> UUID:
    """Propose that these institutions (all of them when none is named) go to another board on a day.

    Raises NotAllowed, BoardUnknown, or Invalid: the same board twice, an institution that is not of the giving board
    on that day, one that is in another open transfer, or a day that is more than a year away.
    """
    actor = viewer.must(Permission.REGISTER_TRANSFER_DECIDE)
    boards = {each.number: each for each in Board.objects.select_for_update().filter(number__in=(giving, taking))}
    if giving not in boards or taking not in boards:
        raise BoardUnknown("import the board first" if giving in boards else "")
    if giving == taking or abs(on - dutch_date(at)) > _AWAY:
        raise Invalid("the boards are the same, or the day is more than a year away")
    of_board = InstitutionBoard.objects.filter(board=boards[giving], superseded_at=None)
    wanted = sorted({each.upper() for each in brins} or set(of_board.values_list("brin", flat=True)))
    places = places_of(wanted, frozenset((giving, taking)))
    wrong = [brin for brin in wanted if places.board_of(brin, on) != giving]
    if not brins:
        wanted = [brin for brin in wanted if brin not in wrong]
        wrong = []
    busy = {brin for row in Transfer.objects.filter(done_at=None) for brin in row.brins}
    if wrong or not wanted or busy & set(wanted):
        raise Invalid("not of the giving board on that day, or in another transfer: " + ", ".join(wrong or wanted))
    name, birth = hashes_of(claims)
    row = Transfer.objects.create(
        id=new_id(),
        giving=boards[giving],
        taking=boards[taking],
        brins=wanted,
        on=on,
        proposed_by=actor.account,
        name_hash=name,
        birth_hash=birth,
        proposed_at=at,
    )
    record(TransferProposed(row.id, giving, taking, wanted, on), actor=actor, at=at)
    return row.id


@transaction.atomic
def agree_to_transfer(*, transfer: UUID, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> None:
    """The second person agrees: from the day on the institutions are the other board's. When the day is there the
    people go along at once, otherwise on the day.

    Raises NotAllowed, Absent, WrongState (agreed to already), SecondNeeded (it is, or may be, who proposed it).
    """
    actor = viewer.must(Permission.REGISTER_TRANSFER_DECIDE)
    row = _locked(transfer)
    if row.agreed_at is not None:
        raise WrongState("agreed")
    name, birth = hashes_of(claims)
    same_name = not name or not row.name_hash or hmac.compare_digest(name, bytes(row.name_hash))
    same_birth = not birth or not row.birth_hash or hmac.compare_digest(birth, bytes(row.birth_hash))
    if row.proposed_by == actor.account or (same_name and same_birth):
        raise SecondNeeded
    row.agreed_at, row.proposed_by, row.name_hash, row.birth_hash = at, None, b"", b""
    row.save()
    give_institutions(row.brins, board=row.taking_id, on=row.on, at=at)
    record(TransferAgreed(row.id, row.giving.number, row.taking.number), actor=actor, at=at)
    if row.on <= dutch_date(at):
        _carry_out(row, actor, at)


@transaction.atomic
def withdraw_transfer(*, transfer: UUID, viewer: Viewer, at: datetime) -> None:
    """Take back a proposal to which nobody agreed yet. Raises NotAllowed, Absent, WrongState (agreed to already)."""
    actor = viewer.must(Permission.REGISTER_TRANSFER_DECIDE)
    row = _locked(transfer)
    if row.agreed_at is not None:
        raise WrongState("agreed")
    record(TransferWithdrawn(row.id, row.giving.number, row.taking.number), actor=actor, at=at)
    row.delete()


@transaction.atomic
def number_transfer(*, transfer: UUID, numbers: Mapping[str, str], viewer: Viewer, at: datetime) -> None:
    """Give new staff numbers (old: new) to people whose number somebody has at the taking board; who has one now goes
    along when the day is there. Raises NotAllowed, Absent, WrongState (done), Invalid (no number, or too long)."""
    actor = viewer.must(Permission.REGISTER_TRANSFER_DECIDE)
    row = _locked(transfer)
    if row.done_at is not None:
        raise WrongState("done")
    given = {old.strip(): new.strip() for old, new in numbers.items()}
    if not given or not all(old and new and len(old) <= 40 and len(new) <= 40 for old, new in given.items()):
        raise Invalid("a staff number is needed, of at most 40 characters")
    if {**row.numbers, **given} == row.numbers:
        return
    row.numbers = {**row.numbers, **given}
    row.save(update_fields=["numbers"])
    record(TransferNumbered(row.id, len(given)), actor=actor, at=at)
    if row.agreed_at is not None and row.on <= dutch_date(at):
        _carry_out(row, actor, at)


def transfer_due(at: datetime) -> int:
    """Carry out what was agreed and of which the day is there; returns how many files went along. Running it twice
    moves nobody twice."""
    due = Transfer.objects.filter(agreed_at__isnull=False, done_at=None, on__lte=dutch_date(at))
    moved = 0
    for key in list(due.order_by("on", "id").values_list("id", flat=True)):
        with transaction.atomic():
            row = _locked(key)
            if row.done_at is None:
                moved += _carry_out(row, _JOB, at)
    return moved


def _locked(transfer: UUID) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("giving", "taking")
    row = rows.filter(pk=transfer).first()
    if row is None:
        raise Absent("no such transfer")
    return row


def _carry_out(row: Transfer, actor: Actor, at: datetime) -> int:
    """Let the files go along that can; it is done when nobody waits for a number."""
    for board in sorted((row.giving_id, row.taking_id)):
        hold_deliveries(board)
    going = who_goes(row)
    ids = sorted(going.along)
    files = {each.pk: each for each in Employee.objects.select_for_update().filter(pk__in=ids).order_by("id")}
    moves, old_numbers = [], []
    for key in ids:
        file = files[key]
        old_numbers.append(file.staff_number)
        moves.append(
            FileMove(
                id=new_id(),
                employee_id=key,
                giving_id=row.giving_id,
                staff_number=file.staff_number,
                transfer=row,
                on=row.on,
                recorded_at=at,
            )
        )
        Employee.objects.filter(pk=key).update(board_id=row.taking_id, staff_number=going.along[key])
    FileMove.objects.bulk_create(moves, batch_size=500)
    Case.objects.filter(employee__in=ids, closed_at=None, board_id=row.giving_id).update(board_id=row.taking_id)
    _blank_lines(row.giving_id, old_numbers)
    giving, taking = row.giving.number, row.taking.number
    record_all([Entry(FileMoved(giving, taking, row.on), [key]) for key in ids], actor=actor, at=at)
    row.moved, row.staying = row.moved + len(ids), going.staying
    if not going.waiting:
        row.done_at, row.numbers = at, {}
        record(TransferDone(row.id, giving, taking, row.moved, row.staying), actor=actor, at=at)
    row.save()
    return len(ids)


def _blank_lines(board: UUID, staff_numbers: list[str]) -> None:
    """What the giving board's files said of who went along is no longer its to read; nor are its bytes known any
    more."""
    for start in range(0, len(staff_numbers), 900):
        lines = DeliveryLine.objects.filter(delivery__board_id=board, person__in=staff_numbers[start : start + 900])
        refused = {"passed": 2, "outcome": Outcome.REFUSED, "column": Column.BRIN, "reason": Reason.BRIN_OTHER_BOARD}
        lines.filter(passed__lt=2).update(**refused)
        lines.update(values="", person="")
    if staff_numbers:
        Delivery.objects.filter(board_id=board, state="delivered").exclude(sha256="").update(sha256="")
