"""What somebody may hand out holds while she may: her invitations go with her role."""

from datetime import datetime
from uuid import UUID

from lerarenregister.accounts.events import InvitationWithdrawn
from lerarenregister.accounts.models import Invitation, RoleGrant
from lerarenregister.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor

_GIVERS = [role for role in Role if Permission.ACCOUNTS_INVITATION_CREATE in ROLE_PERMISSIONS[role]]


def may_give(giver: UUID | None, *, scope: str, at: datetime) -> bool:
    """Whether who invited may still invite for this scope, to the end of the caller's transaction: who would end her
    role waits. A command at the machine always may."""
    if giver is None:
        return True
    held = RoleGrant.objects.filter(account_id=giver, role__in=_GIVERS, scope=scope, begins_at__lte=at, ends_at__gt=at)
    return held.select_for_update().first() is not None


def void_given_by(giver: UUID, *, scope: str, actor: Actor, at: datetime) -> None:
    """Make void what she handed out for this scope and nobody used, unless another role of hers lets her. In the
    caller's transaction, after the role ended."""
    if may_give(giver, scope=scope, at=at):
        return
    unused = Invitation.objects.filter(
        given_by=giver, scope=scope, redeemed_at=None, expires_at__gt=at, role_ends_at__gt=at
    )
    for each in unused.select_for_update().order_by("id"):
        make_void(each, actor=actor, at=at)


def make_void(invitation: Invitation, *, actor: Actor, at: datetime) -> None:
    """It expires now; and its role ends as it was made, so that a clock that is ahead leaves it open for nobody. In the
    caller's transaction, which has locked it."""
    invitation.expires_at, invitation.role_ends_at = at, min(at, invitation.created_at)
    invitation.save(update_fields=["expires_at", "role_ends_at"])
    record(InvitationWithdrawn(invitation.id), actor=actor, at=at)
