"""What a board does: it answers questions about its own people, and reports that somebody died."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import ActivationCode, new_id
from lerarenregister.register.actions.activation import join
from lerarenregister.register.actions.cases.moving import Said, begin, in_words, locked, move
from lerarenregister.register.errors import NotTheSamePerson, StaffNumberUnknown
from lerarenregister.register.events import CodeRedeemed
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.models import ActivationCodeIssued, Case, Employee, PersonVersion
from lerarenregister.register.rules.cases import CaseKind, Move
from lerarenregister.register.rules.identity import ClaimedIdentity, same_person


@transaction.atomic
def answer_question(
    *, case: UUID, board: str, done: bool, words: str, staff_number: str = "", viewer: Viewer, at: datetime
) -> None:
    """The board answers: it did what was asked, or leaves it as it is, with a reason.

    Of a dispute, done means that it delivers or delivered what is right: she sees that when she looks. Of a request it
    gives the staff number under which it delivered her: when name and birth date are those of her sign-in, that file
    joins her account. Raises NotAllowed, Absent (not a question to this board), CaseMovedOn, Invalid (a reason is
    needed), StaffNumberUnknown, NotTheSamePerson.
    """
    actor = viewer.must(Permission.REGISTER_QUESTION_ANSWER, scope=board)
    row = locked(case, board__number=board)
    if row.account == viewer.account:
        raise Absent("nobody answers her own question")
    said = Said(in_words(words, needed=not done))
    if done and row.kind == CaseKind.REQUEST:
        _join(row, board, staff_number, at)
    move(row, Move.DONE if done else Move.KEPT, said, actor=actor, at=at)
    if done and row.kind == CaseKind.REQUEST and row.account and row.employee_id:
        record(CodeRedeemed(board, row.account), actor=actor, at=at, subjects=[row.account, row.employee_id])


def _join(row: Case, board: str, staff_number: str, at: datetime) -> None:
    """The file with this staff number joins the account of who asked."""
    files = Employee.objects.select_for_update(of=("self",)).filter(board__number=board)
    employee = files.filter(staff_number=staff_number.strip()).first()
    if employee is None or employee.account is not None or row.account is None:
        raise StaffNumberUnknown
    person = PersonVersion.objects.get(employee=employee, superseded_at=None)
    claimed = ClaimedIdentity(row.claimed_family_name, row.claimed_given_name, row.claimed_birth_date)
    if not same_person(claimed, person.family_name, person.prefix, person.birth_date):
        raise NotTheSamePerson
    # As if she had redeemed a code that the board gave her by hand: that is how a file joins an account.
    code = keyed_hash("activation", ActivationCode.random().value)
    moments = {"issued_at": at, "expires_at": at, "redeemed_at": at}
    ActivationCodeIssued.objects.create(
        id=new_id(), employee=employee, code_hash=code, channel="board", redeemed_by=row.account, **moments
    )
    join(employee, row.account, at=at)
    row.employee = employee


@transaction.atomic
def report_death(*, board: str, staff_number: str, on: date, viewer: Viewer, at: datetime) -> UUID:
    """A board reports that somebody on its staff died on a day; two people of the support organisation look into it.

    Returns the case; a second report is the first. Raises NotAllowed, StaffNumberUnknown, Invalid (a day in the future
    or before her birth).
    """
    actor = viewer.must(Permission.REGISTER_DEATH_REPORT, scope=board)
    files = Employee.objects.select_for_update(of=("self",)).filter(board__number=board)
    employee = files.filter(staff_number=staff_number.strip()).first()
    if employee is None or (employee.account is not None and employee.account == viewer.account):
        raise StaffNumberUnknown
    born = PersonVersion.objects.values_list("birth_date", flat=True).get(employee=employee, superseded_at=None)
    if not born < on <= dutch_date(at):
        raise Invalid("on")
    waiting = Case.objects.filter(kind=CaseKind.DEATH, employee=employee, closed_at=None)
    found = waiting.values_list("id", flat=True).first()
    if found is not None:
        return found
    case = Case(
        id=new_id(),
        kind=CaseKind.DEATH,
        account=employee.account,
        employee=employee,
        board_id=employee.board_id,
        effective_on=on,
    )
    return begin(case, Said(), board=False, actor=actor, at=at).id
