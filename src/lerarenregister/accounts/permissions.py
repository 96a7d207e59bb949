"""One enum of permissions (`domain:thing:action`, alphabetical), the roles as constant tables, and the viewer.

A role has a giver, a scope, a begin and an end (promise 5). Board roles are scoped by the board number; the others
by nothing. What every person may do with data of her own needs no role: it follows from the session.
"""

import enum
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from lerarenregister.accounts.errors import NotAllowed, PersonBoundNeeded, SecondFactorNeeded, SignInNeeded
from lerarenregister.audit.events import Actor


class Permission(enum.StrEnum):
    """What a role can be allowed to do."""

    ACCOUNTS_INVITATION_CREATE = "accounts:invitation:create"
    ACCOUNTS_MANDATE_GIVE = "accounts:mandate:give"
    ACCOUNTS_MANDATE_LIST = "accounts:mandate:list"
    ACCOUNTS_ROLE_END = "accounts:role:end"
    ACCOUNTS_ROLE_LIST = "accounts:role:list"
    AUDIT_LOG_VERIFY = "audit:log:verify"
    PERSON_OBJECTION_ANSWER = "person:objection:answer"
    PERSON_OBJECTION_LIST = "person:objection:list"
    PROJECT_STATE_READ = "project:state:read"
    REGISTER_CALENDAR_LIST = "register:calendar:list"
    REGISTER_CONTACT_KEEP = "register:contact:keep"
    REGISTER_CASE_DECIDE = "register:case:decide"
    REGISTER_CASE_LIST = "register:case:list"
    REGISTER_DEATH_REPORT = "register:death:report"
    REGISTER_DELIVERY_CREATE = "register:delivery:create"
    REGISTER_DELIVERY_READ = "register:delivery:read"
    REGISTER_LETTER_PRINT = "register:letter:print"
    REGISTER_PERSON_LIST = "register:person:list"
    REGISTER_QUESTION_ANSWER = "register:question:answer"
    REGISTER_REVIEW_DECIDE = "register:review:decide"
    REGISTER_REVIEW_LIST = "register:review:list"
    REGISTER_TRANSFER_DECIDE = "register:transfer:decide"
    REGISTER_TRANSFER_LIST = "register:transfer:list"


class Role(enum.StrEnum):
    """The roles of this stage; each name is what the log and "who looked at my data" show."""

    AUDITOR = "auditor"
    BOARD_MANAGER = "board-manager"
    BOARD_STAFF = "board-staff"
    OFFICE = "office"
    OPERATOR = "operator"
    SUPPORT = "support"

    @property
    def scoped(self) -> bool:
        """Whether the role holds for one board, or one office, only."""
        return self in (Role.BOARD_MANAGER, Role.BOARD_STAFF, Role.OFFICE)


class Covers(enum.StrEnum):
    """What a board lets an administration office do in its name."""

    ALL = "all"
    DELIVER = "deliver"
    READ = "read"


_BOARD_STAFF = frozenset(
    {
        Permission.REGISTER_DEATH_REPORT,
        Permission.REGISTER_DELIVERY_CREATE,
        Permission.REGISTER_DELIVERY_READ,
        Permission.REGISTER_LETTER_PRINT,
        Permission.REGISTER_PERSON_LIST,
        Permission.REGISTER_QUESTION_ANSWER,
    }
)

ROLE_PERMISSIONS: MappingProxyType[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.AUDITOR: frozenset({Permission.AUDIT_LOG_VERIFY}),
        Role.BOARD_MANAGER: _BOARD_STAFF
        | {
            Permission.ACCOUNTS_INVITATION_CREATE,
            Permission.ACCOUNTS_MANDATE_GIVE,
            Permission.ACCOUNTS_ROLE_END,
            Permission.ACCOUNTS_ROLE_LIST,
            Permission.REGISTER_CONTACT_KEEP,
        },
        Role.BOARD_STAFF: _BOARD_STAFF,
        Role.OFFICE: frozenset({Permission.ACCOUNTS_MANDATE_LIST}),
        Role.OPERATOR: frozenset({Permission.PROJECT_STATE_READ}),
        Role.SUPPORT: frozenset(
            {
                Permission.PERSON_OBJECTION_ANSWER,
                Permission.PERSON_OBJECTION_LIST,
                Permission.REGISTER_CALENDAR_LIST,
                Permission.REGISTER_CASE_DECIDE,
                Permission.REGISTER_CASE_LIST,
                Permission.REGISTER_REVIEW_DECIDE,
                Permission.REGISTER_REVIEW_LIST,
                Permission.REGISTER_TRANSFER_DECIDE,
                Permission.REGISTER_TRANSFER_LIST,
            }
        ),
    }
)


_READ = frozenset({Permission.REGISTER_DELIVERY_READ})
_DELIVER = _READ | {Permission.REGISTER_DELIVERY_CREATE}
COVERED: MappingProxyType[Covers, frozenset[Permission]] = MappingProxyType(
    {
        Covers.READ: _READ,
        Covers.DELIVER: _DELIVER,
        Covers.ALL: _DELIVER | {Permission.REGISTER_LETTER_PRINT, Permission.REGISTER_PERSON_LIST},
    }
)
"""What a mandate lets the people of an office do for the board that gave it. Questions of teachers, a death and who
works for the board stay with the board itself."""

NEEDS_SECOND_FACTOR: frozenset[Permission] = frozenset(Permission) - {
    Permission.AUDIT_LOG_VERIFY,
    Permission.PROJECT_STATE_READ,
}
"""For what shows or changes something of other people, the session must have begun with a second factor. The log shows
opaque ids and signatures, the state of the register counts and times: nothing of a person."""


class SessionKind(enum.StrEnum):
    """How the session began."""

    NONE = "none"
    PERSON_BOUND = "person-bound"
    EMPLOYER = "employer"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in force now, with its scope (a board number, or "")."""

    role: Role
    scope: str = ""


@dataclass(frozen=True, slots=True)
class MandateHeld:
    """What somebody may do for a board now, because her office (by its code) has a mandate of it."""

    office: str
    board: str
    covers: Covers

    @property
    def acting(self) -> str:
        """The role in which she then acts, as the log says it."""
        return f"{OFFICE_PREFIX}{self.office}"


OFFICE_PREFIX = "office:"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: the account, how the session began (and whether with a second factor), and the roles in force at the
    moment of asking, with the mandates of the office for which she works."""

    account: UUID | None = None
    session: SessionKind = SessionKind.NONE
    roles: frozenset[RoleHeld] = frozenset()
    session_id: UUID | None = None
    second_factor: bool = False
    mandates: frozenset[MandateHeld] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether there is an account behind the session."""
        return self.account is not None

    def may(self, permission: Permission, *, scope: str = "") -> bool:
        """Whether a role in force grants this, for this scope. A command at the machine may everything roles may."""
        if self.session is SessionKind.COMMAND or self._granting(permission, scope) is not None:
            return True
        return self._mandated(permission, scope) is not None

    def must(self, permission: Permission, *, scope: str = "") -> Actor:
        """The actor in the role that grants it.

        Raises SignInNeeded while nobody is signed in, NotAllowed without such a role, and SecondFactorNeeded when the
        permission asks for one that this session began without.
        """
        if self.session is SessionKind.COMMAND:
            return Actor(None, "command", scope)
        if self.account is None:
            raise SignInNeeded
        held = self._granting(permission, scope)
        mandate = None if held else self._mandated(permission, scope)
        if held is None and mandate is None:
            raise NotAllowed(permission)
        if permission in NEEDS_SECOND_FACTOR and not self.second_factor:
            raise SecondFactorNeeded(permission)
        if mandate is not None:
            return Actor(self.account, mandate.acting, mandate.board)
        return Actor(self.account, held.role if held else "", scope)

    def scopes(self, permission: Permission) -> list[str]:
        """The scopes for which a role or a mandate in force grants this, sorted."""
        by_role = {held.scope for held in self.roles if permission in ROLE_PERMISSIONS[held.role]}
        return sorted(by_role | {each.board for each in self.mandates if permission in COVERED[each.covers]})

    def person(self) -> UUID:
        """Her account id in a session of her own; raises SignInNeeded or PersonBoundNeeded."""
        if self.account is None:
            raise SignInNeeded
        if self.session is not SessionKind.PERSON_BOUND:
            raise PersonBoundNeeded
        return self.account

    def as_teacher(self) -> Actor:
        """The actor for what she does with her own data."""
        return Actor(self.person(), "teacher")

    def _granting(self, permission: Permission, scope: str) -> RoleHeld | None:
        for held in sorted(self.roles, key=lambda each: each.role):
            if permission in ROLE_PERMISSIONS[held.role] and held.scope == scope:
                return held
        return None

    def _mandated(self, permission: Permission, scope: str) -> MandateHeld | None:
        for each in sorted(self.mandates, key=lambda mandate: (mandate.office, mandate.covers)):
            if permission in COVERED[each.covers] and each.board == scope:
                return each
        return None


NOBODY = Viewer()
COMMAND = Viewer(session=SessionKind.COMMAND)
