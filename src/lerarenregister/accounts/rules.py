"""The rules of sessions, roles and invitations: values and moments in, a named decision out."""

import enum
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from lerarenregister.kernel.clock import LEEWAY
from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import ActivationCode, BoardNumber, OfficeCode

# Long enough to recognise a sign-in that was not hers; what happened stands in the log.
SESSION_KEPT = timedelta(days=90)
TOUCH_EVERY = timedelta(minutes=1)
TRIES_PER_HOUR = 5
FRESH_FOR = timedelta(minutes=10)
"""A sign-in is of a moment ago for so long: time to read the page that asks for it."""
TRIES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session may rest, and how long it may last, whatever is done in it."""

    idle: timedelta
    absolute: timedelta


class SessionState(enum.StrEnum):
    """What has become of a session."""

    OPEN = "open"
    ENDED = "ended"
    IDLE = "idle"
    OVER = "over"


def session_state(
    *, started_at: datetime, last_seen_at: datetime, ended_at: datetime | None, limits: SessionLimits, at: datetime
) -> SessionState:
    """Whether the session is open at this moment; a limit that is reached is passed. One that began or was used in
    what is still the future met a clock that was ahead: nobody knows how long it lasts, so it is over."""
    if ended_at is not None:  # by whatever clock: who ended it wants it over
        return SessionState.ENDED
    if at - started_at >= limits.absolute or max(started_at, last_seen_at) - at > LEEWAY:
        return SessionState.OVER
    if at - last_seen_at >= limits.idle:
        return SessionState.IDLE
    return SessionState.OPEN


def touch_is_due(*, last_seen_at: datetime, at: datetime) -> bool:
    """Whether "last used" is more than a minute old: a page full of requests writes once."""
    return at - last_seen_at >= TOUCH_EVERY


def check_mandate(*, begins_at: datetime, ends_at: datetime, most: timedelta, at: datetime) -> None:
    """A mandate begins now or later, ends after it begins, and lasts no longer than `most`: then a board says again
    that it wants this. Raises Invalid."""
    if begins_at < at - LEEWAY or ends_at <= begins_at:
        raise Invalid("the mandate would end before it begins, or begin in the past")
    if ends_at - begins_at > most:
        raise Invalid("the mandate would last longer than the rulebook allows")


def check_scope(scope: str, *, scoped: bool, office: bool = False) -> None:
    """A board role is scoped by a board number, one of an office by its code, another role has no scope; raises
    Invalid."""
    if office:
        if OfficeCode.parse(scope).value != scope:
            raise Invalid("the scope is the code of an office: K and four digits")
        return
    if not scoped and scope:
        raise Invalid("this role has no scope")
    if scoped and BoardNumber.parse(scope).value != scope:
        raise Invalid("the scope is a board number of five digits")


def code_hash(code: ActivationCode, *, key: str) -> bytes:
    """HMAC-SHA256 of an invitation code; the purpose is in it, so that no other code has the same hash."""
    return hmac.new(key.encode(), b"accounts.invitation:" + code.value.encode(), hashlib.sha256).digest()


def is_fresh(*, began_at: datetime, at: datetime) -> bool:
    """Whether a session that began then began a moment ago."""
    return timedelta() <= at - began_at < FRESH_FOR
