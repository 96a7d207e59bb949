"""What goes: sessions, tries, roles and accounts after their terms, and an account that is closed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from lerarenregister.accounts import rules
from lerarenregister.accounts.actions.standing import void_given_by
from lerarenregister.accounts.events import RoleEnded, RolesForgotten
from lerarenregister.accounts.models import (
    Account,
    Identity,
    Invitation,
    InvitationTry,
    Mandate,
    RoleGrant,
    SignedInSession,
)
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor


@transaction.atomic
def destroy_sessions(*, at: datetime) -> int:
    """Destroy sessions of which nothing was seen for 90 days, long past every limit, or that a clock that was ahead put
    further than that in the future; returns how many."""
    kept = (at - rules.SESSION_KEPT, at + rules.SESSION_KEPT)
    destroyed, _ = SignedInSession.objects.exclude(last_seen_at__range=kept).delete()
    return destroyed


@transaction.atomic
def forget_tries(*, at: datetime) -> int:
    """Forget tries of invitation codes that no limit counts any more, or that a clock that was ahead noted; returns how
    many."""
    kept = (at - rules.TRIES_KEPT, at + rules.TRIES_KEPT)
    forgotten, _ = InvitationTry.objects.exclude(at__range=kept).delete()
    return forgotten


@transaction.atomic
def forget_ended(*, before: datetime, unused_before: datetime, at: datetime) -> RolesForgotten:
    """Destroy roles that ended, and accounts that were closed, before a moment; and invitations that led to a role of
    before it, or that nobody used and that expired before another. Says how many; a second time nothing is left."""
    roles, _ = RoleGrant.objects.filter(ends_at__lt=before).delete()
    mandates, _ = Mandate.objects.filter(ends_at__lt=before).delete()
    used = Invitation.objects.filter(redeemed_at__isnull=False, role_ends_at__lt=before)
    unused = Invitation.objects.filter(redeemed_at=None, expires_at__lt=unused_before)
    invitations = used.delete()[0] + unused.delete()[0]
    left = RoleGrant.objects.filter(account=OuterRef("pk"))  # one that had yet to begin may have ended later
    _, gone = Account.objects.filter(~Exists(left), closed_at__lt=before).delete()
    event = RolesForgotten(roles, invitations, accounts=gone.get("accounts.Account", 0), mandates=mandates)
    if roles or invitations or event.accounts or mandates:
        record(event, actor=Actor(None, "job"), at=at)
    return event


def empty_account(*, account: UUID, at: datetime) -> None:
    """Unlink identities, destroy sessions, end roles, and close the account for good. In the caller's transaction,
    after `take_turn`. Who signs in with one of these identities later gets a new account."""
    SignedInSession.objects.filter(account_id=account).delete()
    Identity.objects.filter(account_id=account).delete()
    InvitationTry.objects.filter(account_id=account).delete()
    Invitation.objects.filter(redeemed_by=account).update(known_as="")
    for held in RoleGrant.objects.select_for_update().filter(account_id=account):
        if held.ends_at > at:
            held.ends_at = max(at, held.begins_at)
            event = RoleEnded(held.id, held.role, held.scope)
            record(event, actor=Actor(None, "account-holder", held.scope), at=at)
        held.known_as = ""
        held.save(update_fields=["ends_at", "known_as"])
        void_given_by(account, scope=held.scope, actor=Actor(None, "account-holder", held.scope), at=at)
    Account.objects.filter(pk=account).update(closed_at=at)
