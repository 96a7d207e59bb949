"""By when boards deliver, for their staff and for the support organisation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Min, Q

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.paging import Paged
from lerarenregister.register.models import BoardContact, BoardStatement, Delivery
from lerarenregister.register.queries.letters import board_names
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.calendar import Calendar, Done, calendar_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class BoardCalendar:
    """The days of a board, with the terms that they rest on. `contact` is where it is reminded, "" for nowhere; it is
    given to who may change it alone."""

    calendar: Calendar
    delivery_days: int
    full_check_days: int
    contact: str
    bounced: bool = False


@dataclass(frozen=True, slots=True)
class BoardLate:
    """A board of which a day has passed."""

    number: str
    name: str
    calendar: Calendar
    reminded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePage(Paged):
    """A page of boards of which a day has passed, the latest first."""

    boards: tuple[BoardLate, ...]
    count: int


def calendar_of_board(board: str, *, viewer: Viewer, at: datetime) -> BoardCalendar:
    """The days of a board; raises NotAllowed."""
    viewer.must(Permission.REGISTER_DELIVERY_READ, scope=board)
    terms = terms_at(at)
    found = calendars_of([board], at).get(board) or calendar_of(
        Done(), delivery=terms.delivery, full_check=terms.full_check, on=dutch_date(at)
    )
    contact, bounced = "", False
    if viewer.may(Permission.REGISTER_CONTACT_KEEP, scope=board):
        row = BoardContact.objects.filter(board__number=board).first()
        contact, bounced = (row.address, row.bounced_at is not None) if row else ("", False)
    return BoardCalendar(found, terms.delivery.days, terms.full_check.days, contact, bounced)


def late_boards(*, viewer: Viewer, at: datetime, page: int = 1) -> LatePage:
    """The boards of which a day has passed, for the support organisation; raises NotAllowed."""
    viewer.must(Permission.REGISTER_CALENDAR_LIST)
    late = {number: each for number, each in calendars_of(None, at).items() if each.overdue}
    order = sorted(
        late, key=lambda number: (-max(late[number].changes.days_late, late[number].full_check.days_late), number)
    )
    total = max(1, -(-len(order) // PAGE))
    number = min(max(1, page), total)
    chosen = order[(number - 1) * PAGE : number * PAGE]
    names = board_names(chosen)
    reachable = set(BoardContact.objects.filter(board__number__in=chosen).values_list("board__number", flat=True))
    rows = tuple(BoardLate(each, names.get(each, ""), late[each], each in reachable) for each in chosen)
    return LatePage(boards=rows, count=len(order), number=number, total=total)


def calendars_of(boards: Collection[str] | None, at: datetime) -> dict[str, Calendar]:
    """The days of these boards, or of all (None), by number; without those that never delivered. Two statements."""
    terms, on = terms_at(at), dutch_date(at)
    only = {} if boards is None else {"board__number__in": list(boards)}
    delivered = Delivery.objects.filter(first_finished_at__isnull=False, **only).order_by()
    rows = delivered.values("board__number").annotate(
        first=Min("first_finished_at"), last=Max("finished_at", filter=Q(state="delivered"))
    )
    said = (
        BoardStatement.objects.filter(**only).order_by().values("board__number", "kind").annotate(last=Max("said_at"))
    )
    last = {(each["board__number"], each["kind"]): dutch_date(each["last"]) for each in said}
    found = {}
    for row in rows:
        number = row["board__number"]
        days = [dutch_date(row["last"] or row["first"]), last.get((number, "nothing-changed"))]
        done = Done(dutch_date(row["first"]), max(day for day in days if day), last.get((number, "full-check")))
        found[number] = calendar_of(done, delivery=terms.delivery, full_check=terms.full_check, on=on)
    return found


def contact_address(contact: UUID) -> str:
    """Where a reminder goes, at the moment of sending; "" when the board took the address away, or it takes no mail."""
    rows = BoardContact.objects.filter(pk=contact, bounced_at=None)
    return rows.values_list("address", flat=True).first() or ""
