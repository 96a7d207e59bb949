"""What she does with her rights."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.actions import take_turn
from lerarenregister.accounts.errors import IdentityTaken
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import Permission, SessionKind, Viewer
from lerarenregister.accounts.queries import account_with, own_account, signed_in_freshly
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.person.errors import FreshSignInNeeded, TooManyOpen
from lerarenregister.person.events import (
    AccessGiven,
    AccountClosed,
    ObjectionAnswered,
    ObjectionMade,
    ObjectionsForgotten,
    ObjectionTakenBack,
)
from lerarenregister.person.models import Objection
from lerarenregister.person.parts import PARTS, Closing, Subject
from lerarenregister.person.queries import has_something, subject_of
from lerarenregister.person.rules import MOST_OPEN, activities, is_text
from lerarenregister.register.rulebook import terms_at


@transaction.atomic
def give_access(*, viewer: Viewer, with_portfolio: bool, at: datetime) -> None:
    """She asks for all that is held of her: noted before the first byte leaves. `queries.everything_held` reads it.

    Raises SignInNeeded or PersonBoundNeeded.
    """
    actor = _herself(viewer)
    record(AccessGiven(with_portfolio), actor=actor, at=at, subjects=[own_account(viewer)])


LeavesNothing = Callable[[UUID], bool]
"""Whether nothing of this account is lost when it is closed, as far as its door says who alone may look."""


@transaction.atomic
def hold_empty(*, account: UUID, leaves_nothing: LeavesNothing) -> None:
    """From here to the end of the caller's transaction this account stays empty. Raises IdentityTaken when it is not,
    and SignInNeeded when it is closed already."""
    take_turn(account)
    if has_something(account) or not leaves_nothing(account):
        raise IdentityTaken


@transaction.atomic
def link_identity(
    *, account: UUID, proof: FreshSignIn, leaves_nothing: LeavesNothing, recovered: bool = False, at: datetime
) -> None:
    """Let a second identity open her account. The account that it opened by itself must have nothing in it and is
    closed; who would put something in it meanwhile waits, and is told to sign in.

    The door has checked both proofs of her. Raises IdentityTaken, and SignInNeeded when one of the two is closed.
    """
    other = account_with(issuer=proof.issuer, subject=proof.subject)
    for each in sorted({account, other or account}):
        take_turn(each)
    if account_with(issuer=proof.issuer, subject=proof.subject) != other:
        raise IdentityTaken  # it went to another account while we waited
    if other is not None and other != account:
        hold_empty(account=other, leaves_nothing=leaves_nothing)
        closing = Closing(Viewer(account=other, session=SessionKind.PERSON_BOUND), Subject(other, ()), at)
        for part in PARTS:
            part.close(closing)
    accounts.link_identity(account=account, proof=proof, recovered=recovered, at=at)


@transaction.atomic
def close_account(*, viewer: Viewer, at: datetime) -> None:
    """She closes her account: all that every part lets go goes in this one transaction, or nothing does.

    What lies outside the database (the key of a portfolio) is destroyed when that is committed. A process that is
    killed in between leaves a note of it in the database, and the daily work finishes it.

    Raises SignInNeeded (also when it is closed already), PersonBoundNeeded, FreshSignInNeeded, and what a part raises
    that can not let go now.
    """
    account = viewer.person()
    take_turn(account)
    if not signed_in_freshly(viewer, at=at):
        raise FreshSignInNeeded
    closing = Closing(viewer, subject_of(viewer), at)
    for part in PARTS:
        part.close(closing)
        if part.afterwards is not None:
            transaction.on_commit(part.afterwards, robust=True)
    # Without whose it was: an account that is closed leads to nobody.
    record(AccountClosed(), actor=Actor(None, "account-holder"), at=at)


@transaction.atomic
def make_objection(*, viewer: Viewer, activity: str, words: str, at: datetime) -> UUID:
    """She objects to something that the register does with data about her; it is answered within the term of the
    rulebook. Returns its id.

    Raises SignInNeeded or PersonBoundNeeded, Invalid (no words, too many, or no such activity), TooManyOpen.
    """
    account, said = own_account(viewer), words.strip()
    if not is_text(said):
        raise Invalid("words")
    if activity and activity not in activities():
        raise Invalid("activity")
    take_turn(account)
    if Objection.objects.filter(account=account, answered_at=None, withdrawn_at=None).count() >= MOST_OPEN:
        raise TooManyOpen
    made = Objection.objects.create(
        id=new_id(), account=account, activity=activity, words=said, made_at=at, answer_by=at + terms_at(at).objection
    )
    record(ObjectionMade(made.id, activity), actor=_herself(viewer), at=at, subjects=[account])
    return made.id


@transaction.atomic
def take_back_objection(*, viewer: Viewer, objection: UUID, at: datetime) -> None:
    """She takes back an objection that waits; one that is answered or taken back already stays as it is. Raises
    Absent."""
    account = own_account(viewer)
    row = Objection.objects.select_for_update().filter(pk=objection, account=account).first()
    if row is None:
        raise Absent("no such objection")
    if row.answered_at is not None or row.withdrawn_at is not None:
        return
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(ObjectionTakenBack(row.id), actor=_herself(viewer), at=at, subjects=[account])


@transaction.atomic
def answer_objection(*, viewer: Viewer, objection: UUID, granted: bool, motive: str, at: datetime) -> None:
    """Support says whether what she objects to stops, and why. The same answer of the same person changes nothing.

    Raises NotAllowed, Absent (unknown, answered or taken back, or the viewer's own), Invalid (no motive, or too long).
    """
    actor, said = viewer.must(Permission.PERSON_OBJECTION_ANSWER), motive.strip()
    row = Objection.objects.select_for_update().filter(pk=objection).first()
    if row is None or row.account == viewer.account:
        raise Absent("no such objection")
    if row.answered_at is not None and (row.answered_by, row.granted, row.motive) == (actor.account, granted, said):
        return
    if row.answered_at is not None or row.withdrawn_at is not None:
        raise Absent("no such objection waits")
    if not is_text(said):
        raise Invalid("motive")
    row.answered_at, row.answered_by, row.granted, row.motive = at, actor.account, granted, said
    row.save()
    record(ObjectionAnswered(row.id, granted), actor=actor, at=at, subjects=[row.account])


@transaction.atomic
def forget_objections(*, at: datetime) -> int:
    """Destroy objections that were answered or taken back and have had their term; returns how many. Safe to repeat."""
    before = at - terms_at(at).objection_answered
    forgotten, _ = Objection.objects.filter(Q(answered_at__lte=before) | Q(withdrawn_at__lte=before)).delete()
    if forgotten:
        record(ObjectionsForgotten(forgotten), actor=Actor(None, "job"), at=at)
    return forgotten


def _herself(viewer: Viewer) -> Actor:
    if viewer.session is SessionKind.EMPLOYER:
        return Actor(own_account(viewer), "account-holder")
    return viewer.as_teacher()
