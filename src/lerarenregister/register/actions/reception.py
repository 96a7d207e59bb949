"""Receiving a file: its bytes stream through the reader into staging rows; the file itself is never kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.bulk import insert_rows
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.sheets import FileReader
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.events import DeliveryReceived, DeliveryRefused
from lerarenregister.register.models import Board, Delivery, DeliveryLine
from lerarenregister.register.rules.reading import Line
from lerarenregister.register.rules.reasons import Outcome

_BATCH = 2_000
_LINE = ("delivery_id", "number", "person", "values", "passed", "outcome", "column", "reason", "unread")


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was read. `earlier` when these bytes were the last that this board delivered, and nothing of them was
    refused: then it is that delivery, for delivering them again would change nothing."""

    delivery: UUID
    lines: int
    earlier: bool


class Reception:
    """One file being received: `feed` chunks, then `finish`, or `abandon`. Made by `begin_reception`.

    A refusal (FileRefused) is recorded and what was staged is removed before it is raised.
    """

    def __init__(self, delivery: Delivery, board: str, viewer: Viewer, at: datetime) -> None:
        self.delivery_id: UUID = delivery.id
        self._delivery = delivery
        self._board = board
        self._actor = viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=board)
        self._at = at
        self._reader = FileReader()
        self._hash = hashlib.sha256()
        self._waiting: list[tuple[object, ...]] = []

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(chunk)
        try:
            self._stage(self._reader.feed(chunk))
        except FileRefused as refusal:
            self._refuse(refusal)
            raise

    def finish(self, *, check: bool = False) -> Received:
        """The end of the file: everything is staged. `check`: in the same transaction its check is asked for.

        The same bytes as the last delivery answer that one, unless lines of it were refused: the cause may be gone.
        A form that was sent twice answers what its first file became.
        """
        try:
            self._stage(self._reader.close())
        except FileRefused as refusal:
            self._refuse(refusal)
            raise
        sha256 = self._hash.hexdigest()
        with transaction.atomic():
            Board.objects.select_for_update().get(pk=self._delivery.board_id)  # two of one form take turns
            before = delivery_of_form(self._board, self._delivery.form)
            if before is not None:
                self._remove()
                return Received(before.id, before.lines, earlier=False)
            if not Delivery.objects.filter(pk=self.delivery_id, state="receiving").exists():
                raise FileRefused("interrupted")  # it took so long that the daily work closed it
            self._write()
            earlier = self._last_delivered()
            if earlier is not None and earlier.sha256 == sha256 and not earlier.counts.get(Outcome.REFUSED, 0):
                self._remove()
                return Received(earlier.id, earlier.lines, earlier=True)
            self._delivery.state, self._delivery.sha256 = "checking" if check else "staged", sha256
            self._delivery.lines = self._reader.count
            self._delivery.unknown_columns = list(self._reader.unknown_columns)
            self._delivery.numbers_in = list(self._reader.numbers_in)
            self._delivery.save()
            event = DeliveryReceived(self._board, self.delivery_id, self._reader.count, sha256)
            record(event, actor=self._actor, at=self._at)
        return Received(self.delivery_id, self._reader.count, earlier=False)

    @transaction.atomic
    def abandon(self) -> None:
        """Remove what was staged, as if nothing was sent."""
        self._reader.stop()
        self._waiting.clear()
        self._remove()

    def _stage(self, lines: Iterable[Line]) -> None:
        for line in lines:
            refused = bool(line.reason)
            passed, outcome = (2, str(Outcome.REFUSED)) if refused else (0, "")
            self._waiting.append(
                (
                    self.delivery_id,
                    line.number,
                    line.person,
                    line.values,
                    passed,
                    outcome,
                    str(line.column),
                    str(line.reason),
                    refused and bool(line.values),
                )
            )
            if len(self._waiting) >= _BATCH:
                with transaction.atomic():
                    self._write()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        insert_rows(DeliveryLine, _LINE, waiting)

    def _last_delivered(self) -> Delivery | None:
        """The last delivery of this board; None when there is none, or when one is on its way."""
        of_board = Delivery.objects.filter(board_id=self._delivery.board_id)
        if of_board.filter(state="delivering").exists():
            return None
        return of_board.filter(state="delivered").order_by("-finished_at", "-id").first()

    def _remove(self) -> None:
        DeliveryLine.objects.filter(delivery_id=self.delivery_id).delete()
        Delivery.objects.filter(pk=self.delivery_id).delete()

    @transaction.atomic
    def _refuse(self, refusal: FileRefused) -> None:
        self._reader.stop()
        self._waiting.clear()
        DeliveryLine.objects.filter(delivery_id=self.delivery_id).delete()
        self._delivery.state, self._delivery.finished_at = "refused", self._at
        self._delivery.refusal, self._delivery.refusal_columns = refusal.reason, list(refusal.columns)
        self._delivery.save()
        event = DeliveryRefused(self._board, self.delivery_id, refusal.reason)
        record(event, actor=self._actor, at=self._at)


def delivery_of_form(board: str, form: UUID | None) -> Delivery | None:
    """What a file that came with this form became; None while nothing did."""
    if form is None:
        return None
    return Delivery.objects.filter(board__number=board, form=form).exclude(state__in=("receiving", "refused")).first()


def received_before(*, board: str, form: UUID | None, viewer: Viewer) -> UUID | None:
    """The delivery of a form that is sent again, so that its file need not be read once more; None when it is new.

    Raises NotAllowed.
    """
    viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=board)
    before = delivery_of_form(board, form)
    return before.id if before else None


def begin_reception(*, board: str, viewer: Viewer, at: datetime, form: UUID | None = None) -> Reception:
    """Begin to receive a file of this board. Raises NotAllowed, or Absent when there is no such board.

    `form` is the form that it comes with: sent twice, it gives one delivery.
    """
    actor = viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=board)
    row = Board.objects.filter(number=board).first()
    if row is None:
        raise Absent("no such board")
    delivery = Delivery.objects.create(
        id=new_id(), board=row, account=actor.account, role=actor.role, received_at=at, state="receiving", form=form
    )
    return Reception(delivery, board, viewer, at)


def receive(*, board: str, chunks: Iterable[bytes], viewer: Viewer, at: datetime) -> Received:
    """Receive a whole file. Raises what `begin_reception` and the reader raise.

    Whatever else stops it (the file can not be read further, somebody presses Ctrl-C) leaves nothing behind.
    """
    reception = begin_reception(board=board, viewer=viewer, at=at)
    try:
        for chunk in chunks:
            reception.feed(chunk)
        return reception.finish()
    except FileRefused:
        raise
    except BaseException:
        reception.abandon()
        raise
