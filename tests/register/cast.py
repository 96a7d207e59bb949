"""The fixed cast of the register's tests: two boards, three institutions, viewers in every role; and files of lines."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.test import Client

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import COMMAND, Role, RoleHeld, SessionKind, Viewer
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.models import Employee
from lerarenregister.register.rules.columns import COLUMNS
from lerarenregister.register.rules.identity import ClaimedIdentity
from lerarenregister.register.rules.institution_files import Row
from lerarenregister.web.accounts import session

AT = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
BOARD, OTHER_BOARD = "41234", "49999"
ROWS = [
    Row(BOARD, "Stichting Voorbeeld", "01AB", "01AB00", "De Eik", "Utrecht", "po"),
    Row(BOARD, "Stichting Voorbeeld", "01AB", "01AB01", "De Beuk", "Utrecht", "po"),
    Row(BOARD, "Stichting Voorbeeld", "02CD", "02CD00", "Het Lyceum", "Zeist", "vo"),
    Row(OTHER_BOARD, "Vereniging Ander", "03EF", "03EF00", "De Linde", "Ede", "po"),
]
TEACHER = ClaimedIdentity("Van den Berg", "Bea", date(1980, 3, 4))
JUDGE = ClaimedIdentity("Rechter", "Joke", date(1970, 1, 1))
LINE = {
    "bestuursnummer": BOARD,
    "personeelsnummer": "p1",
    "achternaam": "Berg",
    "voorvoegsel": "van den",
    "voorletters": "B.",
    "geboortedatum": "1980-03-04",
    "brin": "01AB",
    "volgnummer": "00",
    "benoemingsgrondslag": "B01",
    "begin": "2018-08-01",
}


def teacher() -> Viewer:
    return Viewer(account=new_id(), session=SessionKind.PERSON_BOUND)


def staff(board: str = BOARD, role: Role = Role.BOARD_STAFF) -> Viewer:
    held = frozenset({RoleHeld(role, board)})
    return Viewer(account=new_id(), session=SessionKind.EMPLOYER, roles=held, second_factor=True)


def support() -> Viewer:
    held = frozenset({RoleHeld(Role.SUPPORT)})
    return Viewer(account=new_id(), session=SessionKind.EMPLOYER, roles=held, second_factor=True)


def institutions(rows: list[Row] | None = None, as_of: date = date(2010, 1, 1)) -> actions.ImportReport:
    return actions.import_institutions(rows=rows or ROWS, as_of=as_of, viewer=COMMAND, at=AT)


def csv_of(*lines: dict[str, str], delimiter: str = ";", columns: tuple[str, ...] = COLUMNS) -> bytes:
    """A file with one line for each dictionary: what it gives replaces what `LINE` says."""
    rows = [delimiter.join(columns)]
    rows += [delimiter.join((LINE | line).get(column, "") for column in columns) for line in lines]
    return ("\r\n".join(rows) + "\r\n").encode()


@dataclass(frozen=True)
class Report:
    """What a delivery came to."""

    id: UUID
    state: str
    counts: dict[str, int]
    lines: list[tuple[int, str, str]]
    reasons: list[str]


def deliver(data: bytes, *, board: str = BOARD, at: datetime = AT, dry_run: bool = False) -> Report:
    """Deliver a file through the front door, to the end."""
    received = actions.receive(board=board, chunks=[data], viewer=staff(board), at=at)
    if not received.earlier:
        ask = actions.check if dry_run else actions.deliver
        ask(delivery=received.delivery, viewer=staff(board), at=at)
        actions.continue_delivery(delivery=received.delivery, at=at)
    shown = queries.delivery_shown(received.delivery, viewer=staff(board))
    page = queries.lines_of(received.delivery, viewer=staff(board), at=at)
    rows = [(line.number, line.outcome, line.column) for line in page.lines]
    return Report(shown.id, shown.state, shown.counts, rows, [line.sentence for line in page.lines])


def code_for(staff_number: str = "p1", *, board: str = BOARD, at: datetime = AT) -> str:
    """The code in a new letter to this employee."""
    printed = actions.print_letters(board=board, viewer=staff(board), at=at, again=True)
    return next(str(each.code) for each in printed if each.letter.staff_number == staff_number)


def print_for(staff_number: str, *, board: str = BOARD, at: datetime = AT) -> None:
    """A letter to this employee alone."""
    mine = Employee.objects.get(board__number=board, staff_number=staff_number).id
    actions.print_letters(board=board, viewer=staff(board), at=at, employees=[mine])


def joined(data: bytes | None = None, *, at: datetime = AT) -> Viewer:
    """A teacher whose file has joined her account."""
    deliver(data or csv_of({}), at=at)
    viewer = teacher()
    assert actions.redeem(code=code_for(at=at), identity=TEACHER, viewer=viewer, at=at).joined
    return viewer


def sign_in(
    client: Client,
    *,
    at: datetime,
    person_bound: bool = True,
    who: ClaimedIdentity = TEACHER,
    subject: str = "bea",
    second_factor: bool = True,
) -> UUID:
    """Sign this browser in, as the callback of a provider does; returns the account."""
    proof = FreshSignIn(
        provider="eid" if person_bound else "school",
        person_bound=person_bound,
        issuer="https://eid.example.org" if person_bound else "https://school.example.org",
        subject=subject,
        auth_time=at,
        family_name=who.family_name,
        given_name=who.given_name,
        birth_date=who.birth_date,
        id_token="",
        second_factor=second_factor,
    )
    opened = accounts.sign_in(proof=proof, device="test", at=at)
    request = HttpRequest()
    request.session = client.session
    session.remember(request, opened, proof)
    request.session.save()
    client.cookies["sessie"] = request.session.session_key or ""
    return opened.account


def give_role(account: UUID, role: Role, scope: str, *, at: datetime) -> None:
    accounts.give_role(
        account=account,
        role=role,
        scope=scope,
        known_as="test",
        ends_at=at + timedelta(days=365),
        viewer=COMMAND,
        at=at,
    )


def replace_name(family_name: str) -> ClaimedIdentity:
    """The teacher, with another family name."""
    return ClaimedIdentity(family_name, TEACHER.given_name, TEACHER.birth_date)
