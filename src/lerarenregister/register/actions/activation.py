"""Activation codes: issued for a letter or a mail, redeemed in a session of her own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import Entry, record, record_all
from lerarenregister.audit.events import Actor, Reason
from lerarenregister.kernel.clock import LEEWAY, dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import ActivationCode, new_id
from lerarenregister.register.errors import CodeRefused, TooManyTries
from lerarenregister.register.events import CodeIssued, CodeRedeemed, LettersPrinted, ReviewAsked
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.models import (
    ActivationCodeIssued,
    ActivationTry,
    Board,
    Case,
    Employee,
    PersonVersion,
    Review,
    WorkMail,
)
from lerarenregister.register.printing import PrintedLetter
from lerarenregister.register.queries.letters import letters_for
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.cases import CaseKind
from lerarenregister.register.rules.identity import ClaimedIdentity, same_person

MOST_LETTERS = 1_000
"""In one PDF."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a right code led to: her file joined her account, a review waits, or (`later`) the review of somebody else
    comes first and nothing was done with the code."""

    joined: bool
    board: str
    later: bool = False


def _issue(
    given: Mapping[UUID, ActivationCode], *, board: str, channel: str, actor: Actor, at: datetime
) -> dict[UUID, ActivationCode]:
    """Give these codes to their employees without an account; older ones are void. In the caller's transaction.

    Employees are locked before their codes, here and wherever else both are: so nobody waits in a circle. One who got
    an account in the meantime gets no code, and is not among those that are returned.
    """
    codes: dict[UUID, ActivationCode] = {}
    ordered = sorted(given)
    for start in range(0, len(ordered), 900):
        rows = Employee.objects.select_for_update().filter(pk__in=ordered[start : start + 900], account__isnull=True)
        free = list(rows.order_by("id").values_list("id", flat=True))
        ActivationCodeIssued.objects.filter(
            employee_id__in=free, voided_at__isnull=True, redeemed_at__isnull=True
        ).update(voided_at=at)
        codes |= {employee: given[employee] for employee in free}
    ActivationCodeIssued.objects.bulk_create(
        [
            ActivationCodeIssued(
                id=new_id(),
                employee_id=employee,
                code_hash=keyed_hash("activation", code.value),
                channel=channel,
                issued_at=at,
                expires_at=at + terms_at(at).activation_code,
            )
            for employee, code in codes.items()
        ],
        batch_size=1_000,
    )
    record_all([Entry(CodeIssued(board, channel), [employee]) for employee in codes], actor=actor, at=at)
    return codes


@transaction.atomic
def print_letters(
    *,
    board: str,
    viewer: Viewer,
    at: datetime,
    employees: Sequence[UUID] | None = None,
    again: bool = False,
    printed_at: datetime | None = None,
    most: int = MOST_LETTERS,
) -> list[PrintedLetter]:
    """New codes and letters for employees of this board without an account: those named, or all who have no live code
    (`again`: all, with or without), at most `most`. `printed_at`: those alone who got a letter at that moment of which
    the code still works, because the file of then was lost.

    One consultation is recorded with all its subjects. Raises NotAllowed.
    """
    actor = viewer.must(Permission.REGISTER_LETTER_PRINT, scope=board)
    # Two printings of one board take turns, so that only the codes of the later one live.
    if not Board.objects.select_for_update().filter(number=board).exists():
        raise Absent("no such board")
    everybody = again or printed_at is not None
    letters = letters_for(
        board, employees=employees, without_code_at=None if everybody else at, most=most, printed_at=printed_at
    )
    if not letters:
        return []
    fresh = {letter.employee: ActivationCode.random() for letter in letters}
    codes = _issue(fresh, board=board, channel="letter", actor=actor, at=at)
    letters = [letter for letter in letters if letter.employee in codes]
    record(LettersPrinted(Reason.LETTER_IS_PRINTED, board, len(codes)), actor=actor, at=at, subjects=list(codes))
    # The last whole day on which the code works.
    expires = dutch_date(at + terms_at(at).activation_code) - timedelta(days=1)
    return [PrintedLetter(letter, codes[letter.employee], dutch_date(at), expires) for letter in letters]


@dataclass(frozen=True, slots=True)
class CodeForMail:
    """A code that is about to be mailed. It does not work before `issue_mailed_code`: a mail that never leaves must not
    void the code in a letter."""

    employee: UUID
    address: str
    code: ActivationCode


def code_for_mail(employee: UUID) -> CodeForMail | None:
    """The address and a fresh code for the one mail to this employee, for the sending job: nothing is kept of it.

    None when there is no address (any more) or she has an account.
    """
    row = WorkMail.objects.filter(employee_id=employee, employee__account=None).exclude(address="").first()
    return CodeForMail(employee, row.address, ActivationCode.random()) if row else None


@transaction.atomic
def issue_mailed_code(mailed: CodeForMail, *, at: datetime) -> None:
    """The mail server took the mail: its code works from now on, and an older one is void.

    Should this fail, then the mail is sent again with another code.
    """
    board = Employee.objects.values_list("board__number", flat=True).get(pk=mailed.employee)
    _issue({mailed.employee: mailed.code}, board=board, channel="mail", actor=Actor(None, "job"), at=at)


def redeem(*, code: str, identity: ClaimedIdentity, viewer: Viewer, at: datetime) -> Redeemed:
    """Redeem a code in a session of her own: her file at that board joins her account, or a review waits.

    Raises SignInNeeded, PersonBoundNeeded, TooManyTries, CodeRefused. A code that is not right is remembered as a try;
    one that she redeemed herself is answered as it was then, and changes nothing.
    """
    account = viewer.person()
    since = at - timedelta(hours=1)
    try:
        value = ActivationCode.parse(code).value
    except Invalid as error:
        # Misread characters are no guesses: the check character finds them, so they do not count as tries.
        raise CodeRefused from error
    with transaction.atomic():
        accounts.take_turn(account)  # so that no two tries at once count as one
        tried = ActivationTry.objects.filter(account=account, tried_at__gt=since, tried_at__lte=at + LEEWAY)
        if tried.count() >= terms_at(at).tries_per_hour:
            raise TooManyTries
        redeemed = _redeemed(value, account, identity, viewer.as_teacher(), at)
        if redeemed is None:
            ActivationTry.objects.create(id=new_id(), account=account, tried_at=at)
    if redeemed is None:
        raise CodeRefused
    return redeemed


def _redeemed(value: str, account: UUID, identity: ClaimedIdentity, actor: Actor, at: datetime) -> Redeemed | None:
    usable = ActivationCodeIssued.objects.filter(
        code_hash=keyed_hash("activation", value), voided_at=None, redeemed_at=None, expires_at__gt=at
    )
    found = usable.values_list("employee_id", flat=True).first()
    if found is None:
        return _redeemed_before(value, account)
    employee = Employee.objects.select_for_update(of=("self",)).select_related("board").get(pk=found)
    row = usable.select_for_update().first()
    if row is None or employee.account is not None:
        return None
    person = PersonVersion.objects.get(employee=employee, superseded_at=None)
    board = employee.board.number
    same = same_person(identity, person.family_name, person.prefix, person.birth_date)
    waiting = Review.objects.filter(employee=employee, decided_at=None).values_list("account", flat=True).first()
    if not same and waiting is not None:
        # Another review of this file waits, and is decided first: this code stays as it is, and nothing is written.
        return Redeemed(joined=False, board=board, later=waiting != account)
    row.redeemed_at, row.redeemed_by = at, account
    row.save(update_fields=["redeemed_at", "redeemed_by"])
    if same:
        join(employee, account, at=at)
        record(CodeRedeemed(board, account), actor=actor, at=at, subjects=[account, employee.id])
        return Redeemed(joined=True, board=board)
    review = new_id()
    Review.objects.create(
        id=review,
        employee=employee,
        account=account,
        claimed_family_name=identity.family_name[:200],
        claimed_given_name=identity.given_name[:200],
        claimed_birth_date=identity.birth_date,
        asked_at=at,
    )
    record(ReviewAsked(board, review, account), actor=actor, at=at, subjects=[account, employee.id])
    return Redeemed(joined=False, board=board)


def _redeemed_before(value: str, account: UUID) -> Redeemed | None:
    """What she heard when she redeemed this code: that answer may never have reached her, and she sent it again."""
    codes = ActivationCodeIssued.objects.select_related("employee__board").filter(redeemed_by=account)
    row = codes.filter(code_hash=keyed_hash("activation", value)).first()
    if row is None:
        return None
    joined = row.employee.account == account
    if not joined and not Review.objects.filter(employee=row.employee, account=account, decided_at=None).exists():
        return None
    return Redeemed(joined=joined, board=row.employee.board.number)


def join(employee: Employee, account: UUID, *, at: datetime) -> None:
    """Her file joins her account, and the work address is no longer needed; a death that was reported of this file is
    hers to set right from now on. In the caller's transaction."""
    employee.account, employee.joined_at = account, at
    employee.save(update_fields=["account", "joined_at"])
    Case.objects.filter(employee=employee, kind=CaseKind.DEATH, account=None, closed_at=None).update(account=account)
    WorkMail.objects.filter(employee=employee).exclude(address="").update(address="")
    ActivationCodeIssued.objects.filter(employee=employee, voided_at=None, redeemed_at=None).update(voided_at=at)
