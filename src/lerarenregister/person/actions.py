"""What she does with her rights."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.actions import take_turn
from lerarenregister.accounts.errors import IdentityTaken
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.accounts.queries import account_with, ever_had_a_role, own_account, signed_in_freshly
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.person.errors import FreshSignInNeeded
from lerarenregister.person.events import AccessGiven, AccountClosed
from lerarenregister.person.parts import PARTS, Closing, Subject
from lerarenregister.person.queries import subject_of
from lerarenregister.register.queries import subject_ids_of


@transaction.atomic
def give_access(*, viewer: Viewer, with_portfolio: bool, at: datetime) -> None:
    """She asks for all that is held of her: noted before the first byte leaves. `queries.everything_held` reads it.

    Raises SignInNeeded or PersonBoundNeeded.
    """
    account = own_account(viewer)
    actor = Actor(account, "account-holder") if viewer.session is SessionKind.EMPLOYER else viewer.as_teacher()
    record(AccessGiven(with_portfolio), actor=actor, at=at, subjects=[account])


@transaction.atomic
def link_identity(
    *, account: UUID, proof: FreshSignIn, portfolio_empty: bool, recovered: bool = False, at: datetime
) -> None:
    """Let a second identity open her account. The account that it opened by itself must have nothing in it (of the
    portfolio the door says so, who alone may look) and is closed.

    The door has checked both proofs of her. Raises IdentityTaken.
    """
    other = account_with(issuer=proof.issuer, subject=proof.subject)
    for each in sorted({account, other or account}):
        take_turn(each)
    if other is not None and other != account:
        if not portfolio_empty or ever_had_a_role(other) or subject_ids_of(other)[1:]:
            raise IdentityTaken
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
