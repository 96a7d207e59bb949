"""Who asks, her sessions, and who has which role. Everything comes out as frozen values."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from lerarenregister.accounts import rules
from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.events import RolesListed
from lerarenregister.accounts.models import (
    Account,
    Identity,
    Invitation,
    InvitationTry,
    Mandate,
    Office,
    RoleGrant,
    SignedInSession,
)
from lerarenregister.accounts.oidc.providers import PASSKEY
from lerarenregister.accounts.permissions import (
    NOBODY,
    Covers,
    MandateHeld,
    Permission,
    Role,
    RoleHeld,
    SessionKind,
    Viewer,
)
from lerarenregister.accounts.rules import SessionLimits, SessionState
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.holdings import Held, Row


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """The viewer behind a session (NOBODY unless it is open), what became of it, and whether to note its use."""

    viewer: Viewer
    state: SessionState
    touch_is_due: bool = False


def viewer_of(session_id: UUID, *, limits: SessionLimits, at: datetime) -> SessionSeen:
    """Who asks, by the session of her browser; an unknown session has ended. Two statements, and
    a third for who works for an office."""
    session = SignedInSession.objects.filter(pk=session_id).first()
    if session is None:
        return SessionSeen(NOBODY, SessionState.ENDED)
    state = _state(session, limits=limits, at=at)
    if state is not SessionState.OPEN:
        return SessionSeen(NOBODY, state)
    roles = roles_in_force(session.account_id, at=at)
    viewer = Viewer(
        account=session.account_id,
        session=SessionKind.PERSON_BOUND if session.person_bound else SessionKind.EMPLOYER,
        roles=roles,
        mandates=mandates_in_force(roles, at=at),
        session_id=session.id,
        second_factor=session.second_factor,
    )
    return SessionSeen(viewer, state, rules.touch_is_due(last_seen_at=session.last_seen_at, at=at))


def roles_in_force(account: UUID, *, at: datetime) -> frozenset[RoleHeld]:
    """The roles of an account at a moment; a period is half-open: the moment of its end is no longer in it."""
    held = RoleGrant.objects.filter(account_id=account, begins_at__lte=at, ends_at__gt=at).values_list("role", "scope")
    return frozenset(RoleHeld(Role(role), scope) for role, scope in held)


def mandates_in_force(roles: frozenset[RoleHeld], *, at: datetime) -> frozenset[MandateHeld]:
    """What boards let the offices of these roles do at a moment."""
    offices = [held.scope for held in roles if held.role is Role.OFFICE]
    if not offices:
        return frozenset()
    rows = Mandate.objects.filter(office__code__in=offices, begins_at__lte=at, ends_at__gt=at)
    held = rows.values_list("office__code", "board", "covers")
    return frozenset(MandateHeld(office, board, Covers(covers)) for office, board, covers in held)


@dataclass(frozen=True, slots=True)
class MandateShown:
    """A mandate that is in force or will be. `office` is the code, `office_name` what it is called."""

    id: UUID
    board: str
    office: str
    office_name: str
    covers: Covers
    begins_at: datetime
    ends_at: datetime


def mandates_of_board(viewer: Viewer, *, board: str, at: datetime) -> list[MandateShown]:
    """The mandates of a board, for its managers; raises NotAllowed."""
    viewer.must(Permission.ACCOUNTS_MANDATE_GIVE, scope=board)
    return _mandates(Mandate.objects.filter(board=board, ends_at__gt=at))


def mandates_of_offices(viewer: Viewer, *, at: datetime) -> list[MandateShown]:
    """The mandates of the offices for which she works; raises NotAllowed when she works for none."""
    offices = viewer.scopes(Permission.ACCOUNTS_MANDATE_LIST)
    for office in offices or [""]:
        viewer.must(Permission.ACCOUNTS_MANDATE_LIST, scope=office)
    return _mandates(Mandate.objects.filter(office__code__in=offices, ends_at__gt=at))


def _mandates(rows: QuerySet[Mandate, Mandate]) -> list[MandateShown]:
    return [
        MandateShown(
            each.id, each.board, each.office.code, each.office.name, Covers(each.covers), each.begins_at, each.ends_at
        )
        for each in rows.select_related("office").order_by("office__code", "board", "begins_at", "id")
    ]


def offices_called(codes: Collection[str]) -> dict[str, str]:
    """What these offices are called, by their code."""
    return dict(Office.objects.filter(code__in=codes).values_list("code", "name"))


def account_with(*, issuer: str, subject: str) -> UUID | None:
    """The account that this identity opens, or None; for commands at the machine and the demonstration's loader."""
    return Identity.objects.filter(issuer=issuer, subject=subject).values_list("account_id", flat=True).first()


def provider_of(viewer: Viewer) -> str:
    """The slug of the provider with which this session began; when it began with a passkey, of the one who is asked
    when she must show once more who she is. Raises SignInNeeded."""
    asked = _identity_asked(viewer)
    if asked is None:
        raise SignInNeeded
    return Identity.objects.values_list("provider", flat=True).get(pk=asked)


def began_with_passkey(viewer: Viewer) -> bool:
    """Whether this session began with a passkey: then no provider has said who she is."""
    session = viewer.session_id
    return session is not None and SignedInSession.objects.filter(pk=session, identity=None).exists()


def own_account(viewer: Viewer) -> UUID:
    """Her account, for what is held of the account itself: in a session of her own; and in one with an identity that an
    employer gave, while the account knows no identity of her own. Raises SignInNeeded or PersonBoundNeeded."""
    if viewer.session is not SessionKind.EMPLOYER or viewer.account is None:
        return viewer.person()
    if Identity.objects.filter(account_id=viewer.account, person_bound=True).exists():
        raise PersonBoundNeeded
    return viewer.account


def opened_at(viewer: Viewer) -> datetime:
    """Since when her account is there; raises SignInNeeded."""
    if viewer.account is None:
        raise SignInNeeded
    found = Account.objects.filter(pk=viewer.account).values_list("created_at", flat=True).first()
    if found is None:
        raise SignInNeeded
    return found


def accounts_known(ids: Collection[UUID]) -> set[UUID]:
    """Those of these ids that are an account's, and not a closed one's."""
    return set(Account.objects.filter(pk__in=ids, closed_at=None).values_list("id", flat=True))


def accounts_closed() -> Iterator[UUID]:
    """The numbers of closed accounts, few beside those that are open."""
    return Account.objects.filter(closed_at__isnull=False).values_list("id", flat=True).iterator(chunk_size=1_000)


def signed_in_freshly(viewer: Viewer, *, at: datetime) -> bool:
    """Whether this session began a moment ago, at a provider (`prompt=login`): with a passkey nothing is destroyed."""
    if viewer.session_id is None:
        return False
    sessions = SignedInSession.objects.filter(pk=viewer.session_id, identity__isnull=False)
    began = sessions.values_list("started_at", flat=True).first()
    return began is not None and rules.is_fresh(began_at=began, at=at)


def boards_managed_alone(viewer: Viewer, *, at: datetime) -> list[str]:
    """The boards of which she is the only manager, sorted."""
    boards = viewer.scopes(Permission.ACCOUNTS_ROLE_END)
    others = RoleGrant.objects.filter(role=Role.BOARD_MANAGER, begins_at__lte=at, ends_at__gt=at, scope__in=boards)
    managed = {scope for account, scope in others.values_list("account_id", "scope") if account != viewer.account}
    return [board for board in boards if board not in managed]


def person_bound_identities() -> Iterator[tuple[UUID, str, str]]:
    """Account, issuer and subject of each identity that can hold a portfolio key."""
    rows = Identity.objects.filter(person_bound=True)
    return rows.values_list("account_id", "issuer", "subject").iterator(chunk_size=1_000)


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """An identity that opens her account; `current` is the one of this session, or that a session of a passkey asks."""

    id: UUID
    provider: str
    issuer: str
    subject: str = field(repr=False)
    person_bound: bool
    linked_at: datetime
    current: bool


def own_identities(viewer: Viewer) -> list[OwnIdentity]:
    """What opens her account, the oldest first; raises SignInNeeded or PersonBoundNeeded."""
    rows = Identity.objects.filter(account_id=viewer.person()).order_by("linked_at", "id")
    now = _identity_asked(viewer)
    return [
        OwnIdentity(
            each.id, each.provider, each.issuer, each.subject, each.person_bound, each.linked_at, each.id == now
        )
        for each in rows
    ]


def _identity_asked(viewer: Viewer) -> UUID | None:
    """The identity of this session; of one that a passkey began, the first that is person-bound."""
    if viewer.session_id is None:
        return None
    session = SignedInSession.objects.filter(pk=viewer.session_id).values_list("account_id", "identity_id").first()
    if session is None:
        return None
    account, identity = session
    own = Identity.objects.filter(account_id=account, person_bound=True).order_by("linked_at", "id")
    return identity or own.values_list("id", flat=True).first()


def ever_had_a_role(account: UUID) -> bool:
    """Whether this account has or had a role, or was invited to one."""
    invited = Invitation.objects.filter(redeemed_by=account).exists()
    return invited or RoleGrant.objects.filter(account_id=account).exists()


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of her open sessions; `current` is the one she looks from, `provider` may be PASSKEY."""

    id: UUID
    provider: str
    person_bound: bool
    device: str
    started_at: datetime
    last_seen_at: datetime
    current: bool


def sessions_of(viewer: Viewer, *, limits: SessionLimits, at: datetime) -> list[SessionRow]:
    """Her open sessions: this one first, then the last used first; raises SignInNeeded."""
    if viewer.account is None:
        raise SignInNeeded
    rows = [
        SessionRow(
            id=each.id,
            provider=each.identity.provider if each.identity else PASSKEY,
            person_bound=each.person_bound,
            device=each.device,
            started_at=each.started_at,
            last_seen_at=each.last_seen_at,
            current=each.id == viewer.session_id,
        )
        for each in SignedInSession.objects.filter(account_id=viewer.account, ended_at=None)
        .select_related("identity")
        .order_by("-last_seen_at")[:200]
        if _state(each, limits=limits, at=at) is SessionState.OPEN
    ]
    return sorted(rows, key=lambda row: not row.current)


@dataclass(frozen=True, slots=True)
class BoardRole:
    """Somebody's role for a board. `known_as` is what the giver called her; `own` marks the viewer's own role."""

    id: UUID
    role: Role
    known_as: str
    begins_at: datetime
    ends_at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can still be used. Its code was shown once and is not known here."""

    id: UUID
    role: Role
    known_as: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BoardTeam:
    """Who may act for a board now or later, and who is invited to."""

    board: str
    roles: list[BoardRole]
    invitations: list[OpenInvitation]


@transaction.atomic
def roles_of_board(viewer: Viewer, *, board: str, at: datetime) -> BoardTeam:
    """The team of a board, for its managers; raises NotAllowed. The persons listed can see that it was looked at."""
    actor = viewer.must(Permission.ACCOUNTS_ROLE_LIST, scope=board)
    grants = list(RoleGrant.objects.filter(scope=board, ends_at__gt=at).order_by("role", "known_as", "id"))
    usable = Invitation.objects.filter(scope=board, redeemed_at=None, expires_at__gt=at, role_ends_at__gt=at)
    open_ones = usable.order_by("created_at")
    others = sorted({grant.account_id for grant in grants} - {viewer.account})
    if others:
        record(RolesListed(reason=Reason.ROLES_ARE_MANAGED, scope=board), actor=actor, at=at, subjects=others)
    roles = [
        BoardRole(
            each.id, Role(each.role), each.known_as, each.begins_at, each.ends_at, each.account_id == viewer.account
        )
        for each in grants
    ]
    invitations = [
        OpenInvitation(each.id, Role(each.role), each.known_as, each.created_at, each.expires_at) for each in open_ones
    ]
    return BoardTeam(board, roles, invitations)


def held_of(account: UUID) -> Iterator[Held]:
    """All that is held of an account: identities, sessions, roles. Who gave a role is another person, and not in it."""
    yield Held("account", _rows(Account.objects.filter(pk=account), "created_at", "closed_at"))
    linked = ("provider", "issuer", "subject", "person_bound", "linked_at")
    yield Held("identities", _rows(Identity.objects.filter(account_id=account), *linked))
    used = ("identity_id", "person_bound", "second_factor", "device", "started_at", "last_seen_at", "ended_at")
    yield Held("sessions", _rows(SignedInSession.objects.filter(account_id=account), *used))
    given = ("role", "scope", "known_as", "begins_at", "ends_at", "recorded_at")
    yield Held("roles", _rows(RoleGrant.objects.filter(account_id=account), *given))
    invited = ("role", "scope", "known_as", "created_at", "expires_at", "role_ends_at", "redeemed_at")
    yield Held("invitations", _rows(Invitation.objects.filter(redeemed_by=account), *invited))
    yield Held("invitation_tries", _rows(InvitationTry.objects.filter(account_id=account), "at"))


def _rows(rows: QuerySet[Any, Any], *names: str) -> Iterator[Row]:
    return iter(rows.order_by("pk").values("id", *names))


def _state(session: SignedInSession, *, limits: SessionLimits, at: datetime) -> SessionState:
    return rules.session_state(
        started_at=session.started_at,
        last_seen_at=session.last_seen_at,
        ended_at=session.ended_at,
        limits=limits,
        at=at,
    )


def last_seen(accounts: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these accounts was last here in a session of its own."""
    rows = SignedInSession.objects.filter(account__in=accounts, person_bound=True)
    return dict(rows.values_list("account").annotate(last=Max("last_seen_at")))
