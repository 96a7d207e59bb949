"""What she does: she disputes, asks to be registered, is content or not, adds words, takes it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.cases.moving import Said, begin, in_words, locked, move, standing_of
from lerarenregister.register.actions.cases.proofs import person_in, take_effect
from lerarenregister.register.errors import AlreadyAsked
from lerarenregister.register.models import AppointmentVersion, Board, Case, Registration
from lerarenregister.register.queries.names import known_person
from lerarenregister.register.rules.cases import BY_PROOF, CaseKind, Move, Outcome, Turn
from lerarenregister.register.rules.identity import ClaimedIdentity


def open_dispute(version: AppointmentVersion, words: str, *, viewer: Viewer, at: datetime) -> None:
    """Send what she says to the board that delivered this version, or add it to what she said before. In the caller's
    transaction, which holds the file."""
    open_one = Case.objects.select_for_update().filter(version=version, closed_at=None).first()
    actor, said = viewer.as_teacher(), Said(words)
    if open_one is not None:
        move(open_one, Move.ADDED, said, actor=actor, at=at)
        return
    employee = version.appointment.employee
    case = Case(
        id=new_id(),
        kind=CaseKind.DISPUTE,
        account=viewer.person(),
        employee=employee,
        board_id=employee.board_id,
        version=version,
    )
    begin(case, said, board=True, actor=actor, at=at)


@transaction.atomic
def ask_registration(*, board: str, words: str, identity: ClaimedIdentity, viewer: Viewer, at: datetime) -> UUID:
    """She asks to be registered: of the board with this number, or ("" ) of the support organisation, which sees her
    proof. Returns the case; the same question twice is one.

    Her name and birth date are those of her sign-in. Raises SignInNeeded, PersonBoundNeeded, Absent (no such board),
    AlreadyAsked (another question of hers is still open), Invalid (no words where they are needed, or too many).
    """
    account, said = viewer.person(), in_words(words, needed=not board)
    asked = Board.objects.filter(number=board).first() if board else None
    if board and asked is None:
        raise Absent("no such board")
    waiting = Case.objects.filter(kind=CaseKind.REQUEST, account=account, closed_at=None).first()
    if waiting is not None:
        if waiting.board_id == (asked.id if asked else None):
            return waiting.id
        raise AlreadyAsked
    case = Case(
        id=new_id(),
        kind=CaseKind.REQUEST,
        account=account,
        board=asked,
        claimed_family_name=identity.family_name[:200],
        claimed_given_name=identity.given_name[:200],
        claimed_birth_date=identity.birth_date,
    )
    try:
        with transaction.atomic():
            return begin(case, Said(said), board=asked is not None, actor=viewer.as_teacher(), at=at).id
    except IntegrityError:
        return Case.objects.values_list("id", flat=True).get(kind=CaseKind.REQUEST, account=account, closed_at=None)


@transaction.atomic
def ask_name(*, wanted: Mapping[str, Any], words: str, identity: ClaimedIdentity, viewer: Viewer, at: datetime) -> UUID:
    """She asks that the register knows her by another name or birth date, and says what shows it. Returns the case;
    while one is open that is the one.

    What boards delivered is not changed by it. Raises SignInNeeded, PersonBoundNeeded, Absent (she is not in the
    register), Invalid with the name of what does not fit (`person_in`), "words" without any, or "same" when the
    register knows her so already.
    """
    account, said = viewer.person(), in_words(words)
    if not Registration.objects.filter(account=account).exists():
        raise Absent("she is not in the register")
    waiting = Case.objects.filter(kind=CaseKind.NAME, account=account, closed_at=None)
    if (open_one := waiting.values_list("id", flat=True).first()) is not None:
        return open_one
    asked, now = person_in(wanted, at, seen=False), known_person(account)
    if now is not None and asked == {
        "given_name": now.given_name,
        "prefix": now.prefix,
        "family_name": now.family_name,
        "birth_date": now.birth_date.isoformat(),
    }:
        raise Invalid("same")
    case = Case(
        id=new_id(),
        kind=CaseKind.NAME,
        account=account,
        claimed_family_name=identity.family_name[:200],
        claimed_given_name=identity.given_name[:200],
        claimed_birth_date=identity.birth_date,
    )
    try:
        with transaction.atomic():
            return begin(case, Said(said, values=asked), board=False, actor=viewer.as_teacher(), at=at).id
    except IntegrityError:
        return waiting.values_list("id", flat=True).get()


@transaction.atomic
def reply(*, case: UUID, content: bool, words: str, viewer: Viewer, at: datetime) -> None:
    """She agrees with the answer or the decision, or objects in words. What was granted takes effect when she agrees.

    Of a report of her own death the one reply is that it is wrong, and closes it. The same reply twice changes nothing.
    Raises SignInNeeded, PersonBoundNeeded, Absent (not hers), CaseMovedOn, Invalid (objecting without words).
    """
    row = locked(case, account=viewer.person())
    said = Said(in_words(words, needed=not content))
    before = standing_of(row)
    if content and before.kind is CaseKind.DEATH:
        raise Absent("nothing to agree to")
    now = move(row, Move.CONTENT if content else Move.OBJECTED, said, actor=viewer.as_teacher(), at=at)
    if now.turn is Turn.NOBODY and now.outcome is Outcome.GRANTED and before.kind in BY_PROOF:
        take_effect(row, actor=viewer.as_teacher(), at=at)


@transaction.atomic
def take_back(*, case: UUID, viewer: Viewer, at: datetime) -> None:
    """She takes back what she asked. Raises SignInNeeded, PersonBoundNeeded, Absent, CaseMovedOn (it is closed)."""
    row = locked(case, account=viewer.person())
    move(row, Move.WITHDRAWN, Said(), actor=viewer.as_teacher(), at=at)
