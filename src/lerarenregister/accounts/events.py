"""What happened in this domain, named in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lerarenregister.audit.events import Consultation, Event


@dataclass(frozen=True, slots=True)
class AccountOpened(Event):
    """An identity was seen for the first time and got an account."""

    provider: str
    person_bound: bool


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """A session began with a fresh sign-in."""

    session: UUID
    provider: str
    person_bound: bool
    second_factor: bool


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """Sessions were ended by the person herself: one, or all of them."""

    sessions: list[UUID]


@dataclass(frozen=True, slots=True)
class EverybodySignedOut(Event):
    """All sessions were ended at the machine: a backup was put back, and ended ones would live again."""

    sessions: int


@dataclass(frozen=True, slots=True)
class IdentityLinked(Event):
    """Another identity opens her account from now on. `recovered`: by her recovery code, when the other was lost."""

    provider: str
    recovered: bool


@dataclass(frozen=True, slots=True)
class IdentityUnlinked(Event):
    """An identity opens her account no more."""

    provider: str


@dataclass(frozen=True, slots=True)
class RoleGiven(Event):
    """An account got a role for a scope ("" when the role has none), from a moment until another."""

    grant: UUID
    role: str
    scope: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RoleEnded(Event):
    """A role was ended before its time."""

    grant: UUID
    role: str
    scope: str


@dataclass(frozen=True, slots=True)
class RolesListed(Consultation):
    """A manager looked at who has a role for her board."""

    scope: str


@dataclass(frozen=True, slots=True)
class InvitationCreated(Event):
    """Somebody may take a role, with a code that was shown once."""

    invitation: UUID
    role: str
    scope: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationRedeemed(Event):
    """The code was used."""

    invitation: UUID
    grant: UUID


@dataclass(frozen=True, slots=True)
class InvitationWithdrawn(Event):
    """The code was made void before somebody used it."""

    invitation: UUID


@dataclass(frozen=True, slots=True)
class RolesForgotten(Event):
    """Roles and mandates that ended, invitations, and numbers of closed accounts had their term, and are gone."""

    roles: int
    invitations: int
    accounts: int
    mandates: int = 0


@dataclass(frozen=True, slots=True)
class OfficeOpened(Event):
    """An administration office can be given mandates."""

    office: str


@dataclass(frozen=True, slots=True)
class MandateGiven(Event):
    """A board lets an office act in its name."""

    mandate: UUID
    board: str
    office: str
    covers: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MandateEnded(Event):
    """A board ended a mandate before its time."""

    mandate: UUID
    board: str
    office: str
