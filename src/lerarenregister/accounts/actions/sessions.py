"""Sessions: whose turn it is, those that a passkey began, and how they end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.errors import NotAllowed, SignInNeeded
from lerarenregister.accounts.events import EverybodySignedOut, SignedIn, SignedOut
from lerarenregister.accounts.models import Account, SignedInSession
from lerarenregister.accounts.oidc.providers import PASSKEY
from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.accounts.turns import take_turn
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The session that a sign-in began."""

    id: UUID
    account: UUID
    provider: str
    person_bound: bool


@transaction.atomic
def sign_in_with_passkey(*, account: UUID, device: str, at: datetime) -> OpenedSession:
    """Begin a session of her own, for whom the vault found a passkey that was used just now. It has no second factor:
    for what is of other people her provider is asked. Raises SignInNeeded when the account is closed."""
    take_turn(account)
    if not Account.objects.filter(pk=account).exists():
        raise SignInNeeded
    session = SignedInSession.objects.create(
        id=new_id(),
        account_id=account,
        identity=None,
        person_bound=True,
        second_factor=False,
        device=device[:80],
        started_at=at,
        last_seen_at=at,
    )
    event = SignedIn(session=session.id, provider=PASSKEY, person_bound=True, second_factor=False)
    record(event, actor=herself(account), at=at, subjects=[account])
    return OpenedSession(session.id, account, PASSKEY, person_bound=True)


@transaction.atomic
def end_passkey_sessions(*, viewer: Viewer, at: datetime) -> None:
    """End what passkeys of hers began, but not this session: one of them is taken from whoever has it. Raises
    SignInNeeded or PersonBoundNeeded."""
    account = viewer.person()
    begun = SignedInSession.objects.filter(account_id=account, identity=None, ended_at=None)
    ids = [each for each in begun.values_list("id", flat=True) if each != viewer.session_id]
    _end(ids, account=account, at=at)


def touch_session(*, session_id: UUID, at: datetime) -> None:
    """Note that the session was used; no event, and never earlier than what is there."""
    SignedInSession.objects.filter(pk=session_id, ended_at=None, last_seen_at__lt=at).update(last_seen_at=at)


@transaction.atomic
def end_session(*, viewer: Viewer, session_id: UUID, at: datetime) -> None:
    """End one of her own sessions; one that has ended stays as it is. Raises SignInNeeded or Absent."""
    account = account_of(viewer)
    session = SignedInSession.objects.filter(pk=session_id, account_id=account).first()
    if session is None:
        raise Absent
    _end([session_id], account=account, at=at)


@transaction.atomic
def end_all_sessions(*, viewer: Viewer, at: datetime) -> None:
    """Sign out everywhere, here too; raises SignInNeeded."""
    account = account_of(viewer)
    ids = SignedInSession.objects.filter(account_id=account, ended_at=None).values_list("id", flat=True)
    _end(list(ids), account=account, at=at)


@transaction.atomic
def end_everybodys_sessions(*, viewer: Viewer, at: datetime) -> int:
    """End all sessions of everybody; how many. Only a command at the machine may; raises NotAllowed."""
    if viewer.session is not SessionKind.COMMAND:
        raise NotAllowed("accounts:session:end")
    going = SignedInSession.objects.filter(ended_at=None)
    concerned = list(going.order_by("account_id").values_list("account_id", flat=True).distinct())
    ended = going.update(ended_at=at)
    if ended:
        record(EverybodySignedOut(ended), actor=Actor(None, "command", ""), at=at, subjects=concerned)
    return ended


def _end(ids: list[UUID], *, account: UUID, at: datetime) -> None:
    ended = SignedInSession.objects.filter(pk__in=ids, ended_at=None).update(ended_at=at)
    if ended:
        record(SignedOut(ids), actor=herself(account), at=at, subjects=[account])


def account_of(viewer: Viewer) -> UUID:
    """The account of who asks; raises SignInNeeded."""
    if viewer.account is None:
        raise SignInNeeded
    return viewer.account


def herself(account: UUID) -> Actor:
    """Somebody who acts for her own account."""
    return Actor(account, "account-holder")
