"""What the support organisation sees of who may be there twice: both sides, and the merges that stand.

Looking is recorded for everybody who is shown. The two see nothing of each other.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.register.events import CasesConsulted
from lerarenregister.register.models import (
    Case,
    Confirmation,
    Duplicate,
    Employee,
    Merge,
    PersonVersion,
    ProvenPerson,
    Registration,
)
from lerarenregister.register.queries.answering import number_of, root_of
from lerarenregister.register.queries.cases import accounts_concerned, concerned, files_concerned, merged_accounts
from lerarenregister.register.queries.letters import board_names
from lerarenregister.register.rules.cases import CaseKind
from lerarenregister.register.rules.identity import ClaimedIdentity, may_be_her_own

MOST_MERGES = 50


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: as her board delivered her last, or as two people saw it on a proof when no board did, and what
    she has in the register. `number` is "" when she is not registered, `answers_as` when it answers as itself; `board`
    and `staff_number` are "" without a board."""

    family_name: str
    prefix: str
    initials: str
    birth_date: date
    board: str
    board_name: str
    staff_number: str
    joined: bool
    confirmed: int
    number: str
    registered_at: datetime | None
    answers_as: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Both, why they were found (`rules.likeness`; none when a merge is to be undone), and how sure that was."""

    one: Side
    other: Side
    likeness: str
    found: tuple[str, ...]

    def differ(self, name: str) -> bool:
        """Whether they differ in a field."""
        return bool(getattr(self.one, name) != getattr(self.other, name))


@transaction.atomic
def sides_of(case: UUID, *, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> Sides | None:
    """Both sides of a case about two files or two registrations; None of any other case, or when one is gone.

    Raises NotAllowed, and Absent when the viewer may be one of the two.
    """
    actor = viewer.must(Permission.REGISTER_CASE_LIST)
    row = Case.objects.filter(pk=case, kind__in=(CaseKind.DUPLICATE, CaseKind.SPLIT)).first()
    if row is None:
        return None
    if viewer.account in accounts_concerned(row) or may_be_her_own(claims, *concerned(row)):
        raise Absent("no such case")
    pair = Duplicate.objects.filter(case=row).first()
    found = _compared(pair) if pair else [_of_account(each) for each in merged_accounts(row)]
    sides = [each for each in found if each is not None]
    if len(sides) < 2:
        return None
    subjects = [*files_concerned(row), *sorted(each for each in accounts_concerned(row) if each)]
    record(CasesConsulted(Reason.CASE_IS_DECIDED, actor.organisation, 1), actor=actor, at=at, subjects=subjects)
    return Sides(sides[0], sides[1], pair.likeness if pair else "", tuple(pair.found) if pair else ())


def _compared(pair: Duplicate) -> list[Side | None]:
    other = _of_account(pair.other_account) if pair.other_account else _of_file(pair.other_id)
    return [_of_file(pair.one_id), other]


def _of_account(account: UUID) -> Side | None:
    """The side of an account: its first file, or what two people saw when there is none."""
    first = Employee.objects.filter(account=account).order_by("joined_at", "id").values_list("id", flat=True).first()
    proven = ProvenPerson.objects.filter(account=account, superseded_at=None).first()
    if first is not None or proven is None:
        return _of_file(first)
    return _side((proven.given_name, proven.prefix, proven.family_name), proven.birth_date, account, None)


def _of_file(employee: UUID | None) -> Side | None:
    person = (
        PersonVersion.objects.select_related("employee__board").filter(employee=employee, superseded_at=None).first()
    )
    if person is None:
        return None
    name = (person.initials, person.prefix, person.family_name)
    return _side(name, person.birth_date, person.employee.account, person.employee)


def _side(name: tuple[str, str, str], birth_date: date, account: UUID | None, file: Employee | None) -> Side:
    """Of a name (initials or given names, prefix, family name), an account and a file of hers."""
    registration = Registration.objects.filter(account=account).first() if account else None
    root = root_of(registration.id) if registration else None
    confirmed = Confirmation.objects.filter(version__appointment__employee=file) if file else None
    board = file.board.number if file else ""
    return Side(
        initials=name[0],
        prefix=name[1],
        family_name=name[2],
        birth_date=birth_date,
        board=board,
        board_name=board_names([board]).get(board, "") if board else "",
        staff_number=file.staff_number if file else "",
        joined=account is not None,
        confirmed=confirmed.values("version__appointment").distinct().count() if confirmed is not None else 0,
        number=str(RegisterNumber(registration.number)) if registration else "",
        registered_at=registration.registered_at if registration else None,
        answers_as=number_of(root) if root and registration and root != registration.id else "",
    )


@dataclass(frozen=True, slots=True)
class MergeShown:
    """A merge that stands: which number answers as which, since when; `split_case`: the open case about undoing it."""

    id: UUID
    number: str
    into: str
    root: str
    made_at: datetime
    split_case: UUID | None


@transaction.atomic
def merges_standing(number: str, *, viewer: Viewer, at: datetime) -> list[MergeShown]:
    """The merges that stand, the newest first; of one register number when it is given (also as people write it).

    Those of the viewer herself are left out. Raises NotAllowed, and Invalid when it is no register number.
    """
    actor = viewer.must(Permission.REGISTER_CASE_LIST)
    rows = Merge.objects.filter(undone_at=None).select_related("registration", "into", "split_case")
    if number.strip():
        value = RegisterNumber.parse(number).value
        rows = rows.filter(Q(registration__number=value) | Q(into__number=value))
    hers = Q(registration__account=viewer.account) | Q(into__account=viewer.account)
    found = list(rows.exclude(hers).order_by("-made_at", "-id")[:MOST_MERGES])
    if found:
        subjects = [each for row in found for each in (row.registration.account, row.into.account)]
        event = CasesConsulted(Reason.CASE_IS_DECIDED, actor.organisation, len(found))
        record(event, actor=actor, at=at, subjects=list(dict.fromkeys(subjects)))
    return [
        MergeShown(
            id=row.id,
            number=str(RegisterNumber(row.registration.number)),
            into=str(RegisterNumber(row.into.number)),
            root=number_of(root_of(row.registration_id)),
            made_at=row.made_at,
            split_case=row.split_case_id if row.split_case and row.split_case.closed_at is None else None,
        )
        for row in found
    ]
