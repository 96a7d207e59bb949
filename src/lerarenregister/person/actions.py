"""What she does with her rights."""

from datetime import datetime

from django.db import transaction

from lerarenregister.accounts.actions import take_turn
from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.accounts.queries import own_account, signed_in_freshly
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.person.errors import FreshSignInNeeded
from lerarenregister.person.events import AccessGiven, AccountClosed
from lerarenregister.person.parts import PARTS, Closing
from lerarenregister.person.queries import subject_of


@transaction.atomic
def give_access(*, viewer: Viewer, with_portfolio: bool, at: datetime) -> None:
    """She asks for all that is held of her: noted before the first byte leaves. `queries.everything_held` reads it.

    Raises SignInNeeded or PersonBoundNeeded.
    """
    account = own_account(viewer)
    actor = Actor(account, "account-holder") if viewer.session is SessionKind.EMPLOYER else viewer.as_teacher()
    record(AccessGiven(with_portfolio), actor=actor, at=at, subjects=[account])


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
