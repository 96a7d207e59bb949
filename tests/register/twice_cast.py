"""One person with more accounts, and the two who decide about her."""

from datetime import datetime
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.register import actions, queries
from lerarenregister.register.models import Case, Employee, Registration
from lerarenregister.register.rules.cases import CaseKind, Outcome
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register import case_cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, TEACHER, csv_of, deliver, staff, teacher

ELSEWHERE = {"bestuursnummer": OTHER_BOARD, "brin": "03EF"}


def activated(
    line: dict[str, str] | None = None,
    *,
    who: ClaimedIdentity = TEACHER,
    at: datetime = AT,
    viewer: Viewer | None = None,
) -> Viewer:
    """A teacher whom a board delivered by this line, and who entered her code."""
    line = line or {}
    board = line.get("bestuursnummer", BOARD)
    deliver(csv_of(line), board=board, at=at)
    viewer = viewer or teacher()
    mine = file_of(line.get("personeelsnummer", "p1"), board).id
    (letter,) = actions.print_letters(board=board, viewer=staff(board), at=at, employees=[mine])
    assert actions.redeem(code=str(letter.code), identity=who, viewer=viewer, at=at).joined
    return viewer


def confirm(viewer: Viewer, at: datetime = AT) -> None:
    """She confirms all that waits for her."""
    for each in queries.own_registration(viewer).appointments:
        if each.waits:
            actions.confirm_appointment(version=each.latest.id, person=each.latest.person, viewer=viewer, at=at)


def registered(line: dict[str, str] | None = None, *, who: ClaimedIdentity = TEACHER, at: datetime = AT) -> Viewer:
    """A teacher who confirmed what a board delivered."""
    viewer = activated(line, who=who, at=at)
    confirm(viewer, at)
    return viewer


def number_of(viewer: Viewer) -> str:
    return queries.own_registration(viewer).number


def duplicates() -> list[UUID]:
    """The open cases about two files, the oldest first."""
    rows = Case.objects.filter(kind=CaseKind.DUPLICATE, closed_at=None).order_by("opened_at", "id")
    return list(rows.values_list("id", flat=True))


def decide(same: bool, *, at: datetime = AT) -> None:
    """Two officers decide the one open case."""
    (case,) = duplicates()
    case_cast.decide(case, Outcome.GRANTED if same else Outcome.REJECTED, at=at)


def registration(viewer: Viewer) -> Registration:
    return Registration.objects.get(account=viewer.account)


def file_of(staff_number: str, board: str = BOARD) -> Employee:
    return Employee.objects.get(board__number=board, staff_number=staff_number)
