"""Checking and delivering staged lines: persons in chunks, each chunk one transaction with its events.

Delivering may be killed at any moment and continued: a line has its outcome of the delivering pass in the same
transaction as its effect. Two runs of one delivery take turns under its row lock; a second delivery of the same board
is refused while one is busy.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.register.actions.people import Writer
from lerarenregister.register.errors import DeliveryBusy, WrongState
from lerarenregister.register.events import DeliveryBegun, DeliveryFinished
from lerarenregister.register.models import Board, Delivery, DeliveryLine, Employee
from lerarenregister.register.queries.knowledge import boards_known, known_of, places_of
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.columns import SEPARATOR
from lerarenregister.register.rules.decisions import Circumstances, decide
from lerarenregister.register.rules.reasons import Outcome

_CHECKED, _DELIVERED = 1, 2
_CHUNK = 2_000
Progress = Callable[[int], None]
T = TypeVar("T")
"""Called with the number of lines done in this run, after each chunk."""


def check(*, delivery: UUID, viewer: Viewer, at: datetime) -> None:
    """Ask for a check (dry run) of a staged delivery: the same pass as delivering, with writing off.

    Raises NotAllowed, Absent, WrongState. `continue_delivery` does the work.
    """
    with transaction.atomic():
        row = _locked(delivery)
        viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=row.board.number)
        if row.state not in ("staged", "checking"):
            raise WrongState(row.state)
        if row.state == "staged":
            row.state = "checking"
            row.save(update_fields=["state"])


def deliver(*, delivery: UUID, viewer: Viewer, at: datetime) -> None:
    """Begin to deliver a staged or checked delivery; a second click changes nothing.

    Raises NotAllowed, Absent, WrongState, and DeliveryBusy when another delivery of this board is being delivered.
    `continue_delivery` does the work.
    """
    with transaction.atomic():
        row = _locked(delivery)
        actor = viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=row.board.number)
        if row.state in ("delivering", "delivered"):
            return
        if row.state not in ("staged", "checked"):
            raise WrongState(row.state)
        Board.objects.select_for_update().get(pk=row.board_id)
        if Delivery.objects.filter(board_id=row.board_id, state="delivering").exists():
            raise DeliveryBusy
        row.state, row.delivered_account, row.delivered_role = "delivering", actor.account, actor.role
        row.save(update_fields=["state", "delivered_account", "delivered_role"])
        record(DeliveryBegun(row.board.number, row.id), actor=actor, at=at)


def continue_delivery(*, delivery: UUID, at: datetime, progress: Progress | None = None) -> str:
    """Do what was asked (`check` or `deliver`) from where it stands, to the end; returns the state it ends in.

    Called by the task, the command, and after a crash. It decides nothing anew: who asked stands in the delivery.
    """
    after: str | None = None
    done = 0
    while True:
        with transaction.atomic():
            row = _locked(delivery)
            if row.state not in ("checking", "delivering"):
                return row.state
            target = _CHECKED if row.state == "checking" else _DELIVERED
            lines = _next_lines(row, after, target)
            if lines:
                _pass(row, lines, target, at)
            if not DeliveryLine.objects.filter(delivery=delivery, passed__lt=target).exists():
                _finish(row, target, at)
        after = lines[-1].person if lines else None
        done += len(lines)
        if progress and lines:
            progress(done)
        if row.state in ("checked", "delivered"):
            return row.state


def _locked(delivery: UUID) -> Delivery:
    row = Delivery.objects.select_for_update(of=("self",)).select_related("board").filter(pk=delivery).first()
    if row is None:
        raise Absent("no such delivery")
    return row


class _Staged(NamedTuple):
    """What is needed of a staged line."""

    person: str
    number: int
    id: int
    values: str


def _next_lines(delivery: Delivery, after: str | None, target: int) -> list[_Staged]:
    """The next lines without an outcome of this pass, persons whole: never part of the lines of one person.

    Persons up to `after` are done; None for none. The lines without a staff number are taken together, first.
    """
    rows = DeliveryLine.objects.filter(delivery=delivery, passed__lt=target).order_by("person", "number")
    waiting = rows.values_list("person", "number", "id", "values")
    following = waiting if after is None else waiting.filter(person__gt=after)
    lines = list(map(_Staged._make, following[: _CHUNK + 1]))
    if len(lines) <= _CHUNK:
        return lines
    last = lines[-1].person
    whole = [line for line in lines if line.person != last]
    return whole or list(map(_Staged._make, waiting.filter(person=last)))


def _pass(delivery: Delivery, lines: list[_Staged], target: int, at: datetime) -> None:
    board = delivery.board.number
    staff_numbers = list(dict.fromkeys(line.person for line in lines))
    if target == _DELIVERED:
        _hold(delivery.board_id, staff_numbers)
    known = known_of(delivery.board_id, staff_numbers)
    given = Circumstances(
        board=board,
        on=dutch_date(delivery.received_at),
        places=places_of(_cells(lines, 6), boards_known(_cells(lines, 0) | {board})),
        grounds=rulebook_at(at).grounds,
    )
    writer = None
    if target == _DELIVERED:
        actor = Actor(delivery.delivered_account, delivery.delivered_role, board)
        writer = Writer(delivery_id=delivery.id, board_id=delivery.board_id, board=board, actor=actor, at=at)
    outcomes: dict[tuple[str, str, str], list[int]] = {}
    for staff_number, rows in groupby(lines, key=lambda line: line.person):
        of_one = list(rows)
        ids = {line.number: line.id for line in of_one}
        knowledge = known[staff_number]
        decisions = decide([(line.number, line.values) for line in of_one], known=knowledge.known, given=given)
        for decision in decisions:
            said = (str(decision.outcome), str(decision.column), str(decision.reason))
            outcomes.setdefault(said, []).append(ids[decision.number])
        if writer is not None:
            writer.take(staff_number, knowledge, decisions)
    if writer is not None:
        writer.write()
    _mark(outcomes, target)


def _hold(board_id: UUID, staff_numbers: list[str]) -> None:
    """Those of them who are known take turns with us from here on: what is read now stays so until it is written. Who
    redeems a code or answers at the same moment sees all of what is delivered, or nothing."""
    ids: list[UUID] = []
    for numbers in _batches(staff_numbers, 900):
        of_board = Employee.objects.filter(board_id=board_id, staff_number__in=numbers)
        ids += of_board.values_list("id", flat=True)
    for batch in _batches(sorted(ids), 900):  # in the order of all who hold more than one
        list(Employee.objects.select_for_update().filter(pk__in=batch).order_by("id").values_list("id", flat=True))


def _cells(lines: list[_Staged], place: int) -> set[str]:
    """What these lines say in a column; wrong cells do no harm, for nothing is found by them."""
    return {line.values.split(SEPARATOR, place + 1)[place].upper() for line in lines}


def _mark(outcomes: dict[tuple[str, str, str], list[int]], target: int) -> None:
    """Give the lines their outcome: one statement for each different outcome."""
    for (outcome, column, reason), ids in outcomes.items():
        for batch in _batches(ids, 900):
            DeliveryLine.objects.filter(pk__in=batch).update(
                outcome=outcome, column=column, reason=reason, passed=target
            )


def _batches(ids: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _after_the_last(delivery: Delivery, at: datetime) -> datetime:
    """The moment, and after the last delivery of this board also when a clock that was ahead recorded that one: which
    was last must stay known, so that a file from before it is not taken for delivered."""
    delivered = Delivery.objects.filter(board_id=delivery.board_id, state="delivered")
    last: datetime | None = delivered.aggregate(last=Max("finished_at"))["last"]
    return max(at, last + timedelta(microseconds=1)) if last is not None else at


def _measure(delivery: Delivery) -> None:
    """Note once, when it was read first, how many people it is about and what was refused."""
    if delivery.people is not None:
        return
    lines = DeliveryLine.objects.filter(delivery=delivery).order_by()
    delivery.people = lines.exclude(person="").values("person").distinct().count()
    refused = lines.filter(outcome=Outcome.REFUSED).values("reason").annotate(lines=Count("id"))
    delivery.refusals = {each["reason"]: each["lines"] for each in refused}


def counts_of(delivery: Delivery) -> dict[str, int]:
    """How many lines of it have each outcome."""
    counted = DeliveryLine.objects.filter(delivery=delivery).order_by().values("outcome").annotate(lines=Count("id"))
    counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    return counts | {each["outcome"]: each["lines"] for each in counted}


def _finish(delivery: Delivery, target: int, at: datetime) -> None:
    counts = counts_of(delivery)
    delivery.state = "checked" if target == _CHECKED else "delivered"
    delivery.counts, delivery.finished_at = counts, at if target == _CHECKED else _after_the_last(delivery, at)
    _measure(delivery)
    if target == _DELIVERED and delivery.first_finished_at is None:
        delivery.first_finished_at = delivery.finished_at
    delivery.searched_at = None  # lines that were mended brought somebody more
    written = ["counts", "finished_at", "first_finished_at", "people", "refusals", "searched_at", "state"]
    delivery.save(update_fields=written)
    if target == _DELIVERED:
        board = delivery.board.number
        record(
            DeliveryFinished(board, delivery.id, **counts),
            actor=Actor(delivery.delivered_account, delivery.delivered_role, board),
            at=at,
        )
