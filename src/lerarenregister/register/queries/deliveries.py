"""Reading deliveries: the overview of a board, one delivery, its report per line."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.paging import Paged
from lerarenregister.register.events import ReportConsulted
from lerarenregister.register.models import Board, Delivery, DeliveryLine, Employee
from lerarenregister.register.queries.letters import board_names
from lerarenregister.register.queries.wording import OUTCOMES, REPORT_LABELS, column_of, wording_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class BoardShown:
    """A board: its number and its name ("" when not known)."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class DeliveryShown:
    """A delivery as its board sees it. `counts` is {outcome: lines}; `done` and `lines` show how far a pass is."""

    id: UUID
    board: str
    received_at: datetime
    state: str
    lines: int
    counts: dict[str, int]
    unknown_columns: tuple[str, ...]
    refusal: str
    refusal_columns: tuple[str, ...]
    numbers_in: tuple[str, ...]
    mendable: bool
    by_role: str

    @property
    def working(self) -> bool:
        """Whether it still comes in, or a task is at work on it."""
        return self.state in ("receiving", "checking", "delivering")

    @property
    def left(self) -> bool:
        """Whether it came in and nobody asked to check or deliver it: whoever was to do that was stopped."""
        return self.state == "staged"


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of the feedback report (terugmelding), in words. Values of cells are not in it."""

    number: int
    staff_number: str
    outcome: str
    outcome_words: str
    column: str
    reason: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage(Paged):
    """A page of lines."""

    lines: tuple[LineShown, ...]


def board_shown(number: str, *, viewer: Viewer) -> BoardShown:
    """The board, for those who may read its deliveries; raises NotAllowed or Absent."""
    viewer.must(Permission.REGISTER_DELIVERY_READ, scope=number)
    if not Board.objects.filter(number=number).exists():
        raise Absent("no such board")
    return BoardShown(number, board_names([number]).get(number, ""))


def deliveries_of(board: str, *, viewer: Viewer, most: int = 25) -> list[DeliveryShown]:
    """The latest deliveries of a board."""
    viewer.must(Permission.REGISTER_DELIVERY_READ, scope=board)
    rows = Delivery.objects.filter(board__number=board).order_by("-received_at")[:most]
    return [_shown(row, board) for row in rows]


def delivery_shown(delivery: UUID, *, viewer: Viewer, board: str | None = None) -> DeliveryShown:
    """One delivery; raises Absent when it is not of a board whose deliveries she may read, or SignInNeeded."""
    row = Delivery.objects.select_related("board").filter(pk=delivery).first()
    if row is not None and board is not None and row.board.number != board:
        row = None
    try:
        viewer.must(Permission.REGISTER_DELIVERY_READ, scope=row.board.number if row else "")
    except NotAllowed as error:
        raise Absent("no such delivery") from error
    if row is None:
        raise Absent("no such delivery")
    return _shown(row, row.board.number)


def _shown(row: Delivery, board: str) -> DeliveryShown:
    return DeliveryShown(
        id=row.id,
        board=board,
        received_at=row.received_at,
        state=row.state,
        lines=row.lines,
        counts={key: row.counts[key] for key in OUTCOMES if key in row.counts},
        unknown_columns=tuple(row.unknown_columns),
        refusal=row.refusal,
        refusal_columns=tuple(column_of(name) for name in row.refusal_columns),
        numbers_in=tuple(row.numbers_in),
        by_role=row.delivered_role or row.role,
        mendable=row.state in ("checking", "checked", "delivered") and row.values_erased_at is None,
    )


@transaction.atomic
def lines_of(delivery: UUID, *, viewer: Viewer, at: datetime, outcome: str = "", page: int = 1) -> LinePage:
    """A page of 50 lines of the report, of one outcome or of all (""). One consultation is recorded with all who are
    shown and whom the board has delivered."""
    shown = delivery_shown(delivery, viewer=viewer)
    rows = DeliveryLine.objects.filter(delivery_id=delivery).exclude(outcome="")
    if outcome:
        rows = rows.filter(outcome=outcome)
    total = max(1, -(-rows.count() // PAGE))
    number = min(max(1, page), total)
    chosen = list(rows.order_by("number")[(number - 1) * PAGE : number * PAGE])
    consulted(shown, {row.person for row in chosen}, viewer, at)
    return LinePage(lines=tuple(_line(row) for row in chosen), number=number, total=total)


def consulted(shown: DeliveryShown, staff_numbers: Collection[str], viewer: Viewer, at: datetime) -> None:
    """Record that these people of the board were looked at. In the caller's transaction."""
    numbers, subjects = sorted(set(staff_numbers) - {""}), []
    for start in range(0, len(numbers), 900):
        people = Employee.objects.filter(
            board__number=shown.board, staff_number__in=numbers[start : start + 900]
        ).order_by("id")
        subjects += list(people.values_list("id", flat=True))
    if subjects:
        actor = viewer.must(Permission.REGISTER_DELIVERY_READ, scope=shown.board)
        event = ReportConsulted(Reason.BOARD_CHECKS_OWN_DELIVERY, shown.board, shown.id)
        record(event, actor=actor, at=at, subjects=subjects)


def _line(row: DeliveryLine) -> LineShown:
    words = wording_of(row.reason)
    outcome, column = str(OUTCOMES[row.outcome]), column_of(row.column)
    return LineShown(row.number, row.person, row.outcome, outcome, column, row.reason, words.sentence, words.remedy)


@transaction.atomic
def report_rows(delivery: UUID, *, viewer: Viewer, at: datetime) -> Iterator[Sequence[str]]:
    """The report as rows for a CSV file: a header, then a row for each line. Streams; checks who asks, and records the
    consultation of all who are in it, at once.

    The words are in the language of the moment of asking, whatever the language is while the rows are read. The codes
    at the end of a row, and their labels, are the same in every language.
    """
    shown = delivery_shown(delivery, viewer=viewer)
    people = DeliveryLine.objects.filter(delivery_id=delivery).exclude(outcome="").values_list("person", flat=True)
    consulted(shown, set(people.iterator(chunk_size=5_000)), viewer, at)
    return _report_rows(delivery, translation.get_language() or settings.LANGUAGE_CODE)


def _report_rows(delivery: UUID, language: str) -> Iterator[Sequence[str]]:
    with translation.override(language):
        header = tuple(str(label) for label in REPORT_LABELS)
    yield header
    for row in DeliveryLine.objects.filter(delivery_id=delivery).order_by("number").iterator(chunk_size=2_000):
        if row.outcome:
            # Never while a row is handed over: who reads it may have a language of her own.
            with translation.override(language):
                line = _line(row)
            yield (
                str(line.number),
                neutral(line.staff_number),
                line.outcome_words,
                line.column,
                line.sentence,
                line.remedy,
                line.outcome,
                line.reason,
            )


def neutral(cell: str) -> str:
    """A cell that a spreadsheet will not read as a formula (OWASP, CSV injection)."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def unfinished() -> list[UUID]:
    """Deliveries that a task was at work on, or still is: continuing them does no harm."""
    return list(
        Delivery.objects.filter(state__in=("checking", "delivering"))
        .order_by("received_at")
        .values_list("id", flat=True)
    )
