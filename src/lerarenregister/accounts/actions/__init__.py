"""The acts of this domain: signing in and out, giving and ending roles, inviting."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from lerarenregister.accounts import rules
from lerarenregister.accounts.actions.forgetting import destroy_sessions as destroy_sessions
from lerarenregister.accounts.actions.forgetting import empty_account as empty_account
from lerarenregister.accounts.actions.forgetting import forget_ended as forget_ended
from lerarenregister.accounts.actions.forgetting import forget_tries as forget_tries
from lerarenregister.accounts.actions.mandates import check_role_scope
from lerarenregister.accounts.actions.mandates import end_mandate as end_mandate
from lerarenregister.accounts.actions.mandates import give_mandate as give_mandate
from lerarenregister.accounts.actions.mandates import open_office as open_office
from lerarenregister.accounts.actions.sessions import OpenedSession as OpenedSession
from lerarenregister.accounts.actions.sessions import account_of as account_of
from lerarenregister.accounts.actions.sessions import end_all_sessions as end_all_sessions
from lerarenregister.accounts.actions.sessions import end_passkey_sessions as end_passkey_sessions
from lerarenregister.accounts.actions.sessions import end_session as end_session
from lerarenregister.accounts.actions.sessions import herself as herself
from lerarenregister.accounts.actions.sessions import sign_in_with_passkey as sign_in_with_passkey
from lerarenregister.accounts.actions.sessions import touch_session as touch_session
from lerarenregister.accounts.actions.standing import make_void, may_give, void_given_by
from lerarenregister.accounts.errors import IdentityTaken, InvitationRefused, LastIdentity, NotAllowed, SignInNeeded
from lerarenregister.accounts.events import (
    AccountOpened,
    IdentityLinked,
    IdentityUnlinked,
    InvitationCreated,
    InvitationRedeemed,
    RoleEnded,
    RoleGiven,
    SignedIn,
)
from lerarenregister.accounts.models import (
    Account,
    Identity,
    Invitation,
    InvitationTry,
    RoleGrant,
    SignedInSession,
)
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import Permission, Role, SessionKind, Viewer
from lerarenregister.accounts.turns import take_turn as take_turn
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import LEEWAY
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import ActivationCode, new_id

_HOUR = timedelta(hours=1)
_LOOKS = 3


@transaction.atomic
def open_account(*, provider: str, issuer: str, subject: str, person_bound: bool, at: datetime) -> UUID:
    """The account of an identity; made when the identity is new. Two at once get the same one."""
    return _identity(provider=provider, issuer=issuer, subject=subject, person_bound=person_bound, at=at).account_id


@transaction.atomic
def sign_in(*, proof: FreshSignIn, device: str, at: datetime) -> OpenedSession:
    """Begin a session on a fresh proof. `device` is a short description of the browser, at most 80 characters kept.

    While she closes her account elsewhere this waits, and then begins a new account.
    """
    identity = _identity_taking_turns(proof, at=at)
    session = SignedInSession.objects.create(
        id=new_id(),
        account_id=identity.account_id,
        identity=identity,
        person_bound=proof.person_bound,
        second_factor=proof.second_factor,
        device=device[:80],
        started_at=at,
        last_seen_at=at,
    )
    event = SignedIn(
        session=session.id,
        provider=proof.provider,
        person_bound=proof.person_bound,
        second_factor=proof.second_factor,
    )
    record(event, actor=herself(identity.account_id), at=at, subjects=[identity.account_id])
    return OpenedSession(session.id, identity.account_id, proof.provider, proof.person_bound)


@transaction.atomic
def link_identity(*, account: UUID, proof: FreshSignIn, recovered: bool, at: datetime) -> None:
    """Let the identity of a fresh sign-in open this account too; in the caller's transaction, after `take_turn`.

    One that opens it already changes nothing. Raises IdentityTaken when it opens another one: that is emptied first.
    """
    known = Identity.objects.filter(issuer=proof.issuer, subject=proof.subject).first()
    if known is not None and known.account_id == account:
        return
    if known is not None:
        raise IdentityTaken
    Identity.objects.create(
        id=new_id(),
        account_id=account,
        provider=proof.provider,
        issuer=proof.issuer,
        subject=proof.subject,
        person_bound=proof.person_bound,
        linked_at=at,
    )
    record(IdentityLinked(proof.provider, recovered), actor=herself(account), at=at, subjects=[account])


@transaction.atomic
def unlink_identity(*, viewer: Viewer, identity: UUID, at: datetime) -> None:
    """Let an identity open her account no more, and end the sessions that it began. Raises Absent when it is not hers,
    and LastIdentity for the one of this session: she could not come back."""
    account = viewer.person()
    take_turn(account)
    found = Identity.objects.filter(pk=identity, account_id=account).first()
    if found is None:
        raise Absent
    if viewer.session_id and SignedInSession.objects.filter(pk=viewer.session_id, identity=found).exists():
        raise LastIdentity
    SignedInSession.objects.filter(identity=found).delete()
    found.delete()
    record(IdentityUnlinked(found.provider), actor=herself(account), at=at, subjects=[account])


@transaction.atomic
def give_role(
    *, viewer: Viewer, account: UUID, role: Role, scope: str, known_as: str, ends_at: datetime, at: datetime
) -> UUID:
    """Give a role from now on; only a command at the machine may, other roles come by invitation.

    Raises NotAllowed; Invalid when the scope does not fit the role or the end is not later than now; Absent for an
    unknown account. Returns the id of the grant.
    """
    if viewer.session is not SessionKind.COMMAND:
        raise NotAllowed("accounts:role:give")
    if Account.objects.select_for_update().filter(pk=account, closed_at=None).first() is None:
        raise Absent
    actor = Actor(None, "command", scope)
    return _give(account=account, role=role, scope=scope, known_as=known_as, ends_at=ends_at, actor=actor, at=at)


@transaction.atomic
def end_role(*, viewer: Viewer, grant: UUID, at: datetime, board: str | None = None) -> None:
    """End a role now; one that has ended stays as it is. With a `board`, only a role at that board is found.

    A manager of the role's board may, and a command. Raises Absent or NotAllowed, which look the same at the door.
    """
    held = RoleGrant.objects.select_for_update().filter(pk=grant).first()
    if held is not None and board is not None and held.scope != board:
        held = None
    actor = viewer.must(Permission.ACCOUNTS_ROLE_END, scope=held.scope if held else "")
    if held is None:
        raise Absent
    if held.ends_at <= at:
        return
    held.ends_at = max(at, held.begins_at)
    held.save(update_fields=["ends_at"])
    record(RoleEnded(held.id, held.role, held.scope), actor=actor, at=at, subjects=[held.account_id])
    void_given_by(held.account_id, scope=held.scope, actor=actor, at=at)


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation with its code, which is shown once and not kept."""

    id: UUID
    code: ActivationCode
    expires_at: datetime


@transaction.atomic
def create_invitation(
    *,
    viewer: Viewer,
    role: Role,
    scope: str,
    known_as: str,
    role_ends_at: datetime,
    valid: timedelta,
    at: datetime,
    form: UUID | None = None,
) -> NewInvitation:
    """Invite somebody to take a role; a manager may for her own board, a command for every role. The code is `valid`
    for a term of the rulebook.

    A `form` that she sends again makes the unused invitation of the first time void: its code may never have reached
    her, and one form leaves one invitation.
    Raises NotAllowed, or Invalid when the scope does not fit the role or the end is not later than now.
    """
    actor = viewer.must(Permission.ACCOUNTS_INVITATION_CREATE, scope=scope)
    check_role_scope(role, scope)
    if role_ends_at <= at:
        raise Invalid("the role would end before it begins")
    if viewer.account is not None and form is not None:
        take_turn(viewer.account)
        for before in Invitation.objects.filter(given_by=viewer.account, form=form, scope=scope):
            withdraw_invitation(viewer=viewer, invitation=before.pk, at=at)
    code = ActivationCode.random()
    invitation = Invitation.objects.create(
        id=new_id(),
        code_hash=rules.code_hash(code, key=settings.CODE_HASH_KEY),
        role=role,
        scope=scope,
        known_as=known_as[:80],
        given_by=viewer.account,
        created_at=at,
        expires_at=at + valid,
        role_ends_at=role_ends_at,
        form=form,
    )
    record(InvitationCreated(invitation.id, role, scope, invitation.expires_at), actor=actor, at=at)
    return NewInvitation(invitation.id, code, invitation.expires_at)


@transaction.atomic
def withdraw_invitation(*, viewer: Viewer, invitation: UUID, at: datetime, board: str | None = None) -> None:
    """Make an unused invitation void; one that is used or expired stays as it is. With a `board`, only an invitation of
    that board is found. Raises Absent or NotAllowed."""
    found = Invitation.objects.select_for_update().filter(pk=invitation).first()
    if found is not None and board is not None and found.scope != board:
        found = None
    actor = viewer.must(Permission.ACCOUNTS_INVITATION_CREATE, scope=found.scope if found else "")
    if found is None:
        raise Absent
    if found.redeemed_at is not None or found.expires_at <= at or found.role_ends_at <= at:
        return
    make_void(found, actor=actor, at=at)


def redeem_invitation(*, viewer: Viewer, code: str, at: datetime) -> UUID:
    """Take the role that an invitation offers; returns the id of the grant.

    Every call counts as a try, also a mistyped code: a few an hour per account. Raises SignInNeeded, Invalid (not the
    form of a code), or InvitationRefused with detail `tries`, or without one: unknown, used and expired look the same,
    and so does one of somebody who may no longer invite.
    """
    account = account_of(viewer)
    _spend_try(account, at=at)
    hashed = rules.code_hash(ActivationCode.parse(code), key=settings.CODE_HASH_KEY)
    with transaction.atomic():
        take_turn(account)
        usable = Invitation.objects.filter(code_hash=hashed, redeemed_at=None, expires_at__gt=at, role_ends_at__gt=at)
        offered = usable.first()
        if offered is None or not may_give(offered.given_by, scope=offered.scope, at=at):
            raise InvitationRefused
        if usable.update(redeemed_by=account, redeemed_at=at) != 1:
            raise InvitationRefused
        found = Invitation.objects.get(code_hash=hashed)
        grant = _give(
            account=account,
            role=Role(found.role),
            scope=found.scope,
            known_as=found.known_as,
            ends_at=found.role_ends_at,
            actor=herself(account),
            given_by=found.given_by,
            at=at,
        )
        record(InvitationRedeemed(found.id, grant), actor=herself(account), at=at, subjects=[account])
    return grant


@transaction.atomic
def _spend_try(account: UUID, *, at: datetime) -> None:
    """Count this try before anything is looked up, in a transaction of its own: a refusal must not undo it."""
    take_turn(account)
    tries = InvitationTry.objects.filter(account_id=account)
    tries.filter(at__lt=at - rules.TRIES_KEPT).delete()
    if tries.filter(at__gt=at - _HOUR, at__lte=at + LEEWAY).count() >= rules.TRIES_PER_HOUR:
        raise InvitationRefused("tries")
    InvitationTry.objects.create(account_id=account, at=at)


def _give(
    *,
    account: UUID,
    role: Role,
    scope: str,
    known_as: str,
    ends_at: datetime,
    actor: Actor,
    at: datetime,
    given_by: UUID | None = None,
) -> UUID:
    check_role_scope(role, scope)
    if ends_at <= at:
        raise Invalid("the role would end before it begins")
    grant = RoleGrant.objects.create(
        id=new_id(),
        account_id=account,
        role=role,
        scope=scope,
        known_as=known_as[:80],
        given_by=given_by,
        begins_at=at,
        ends_at=ends_at,
        recorded_at=at,
    )
    record(RoleGiven(grant.id, role, scope, at, ends_at), actor=actor, at=at, subjects=[account])
    return grant.id


def _identity_taking_turns(proof: FreshSignIn, *, at: datetime) -> Identity:
    """Her identity, with the turn of the account that it opens. While we waited for that turn the account may have been
    closed, or the identity may have been unlinked: then what it opens is looked up again. Raises SignInNeeded when that
    goes on: she may try again."""
    for _ in range(_LOOKS):
        identity = _identity(
            provider=proof.provider,
            issuer=proof.issuer,
            subject=proof.subject,
            person_bound=proof.person_bound,
            at=at,
        )
        with suppress(SignInNeeded):
            take_turn(identity.account_id)
            if Identity.objects.filter(pk=identity.pk, account_id=identity.account_id).exists():
                return identity
    raise SignInNeeded


def _identity(*, provider: str, issuer: str, subject: str, person_bound: bool, at: datetime) -> Identity:
    known = Identity.objects.filter(issuer=issuer, subject=subject).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            account = Account.objects.create(id=new_id(), created_at=at)
            identity = Identity.objects.create(
                id=new_id(),
                account=account,
                provider=provider,
                issuer=issuer,
                subject=subject,
                person_bound=person_bound,
                linked_at=at,
            )
            event = AccountOpened(provider=provider, person_bound=person_bound)
            record(event, actor=herself(account.id), at=at, subjects=[account.id])
    except IntegrityError:
        return Identity.objects.get(issuer=issuer, subject=subject)
    return identity
