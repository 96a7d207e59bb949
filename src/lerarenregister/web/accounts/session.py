"""What we keep of her in the browser's session on our side: which session it is, her claims, sign-ins that have begun.

The browser holds only the key of this session, and gets a new one at every sign-in.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from lerarenregister.accounts import actions, queries
from lerarenregister.accounts.actions import OpenedSession
from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.oidc.client import Pending
from lerarenregister.accounts.permissions import NOBODY, Viewer
from lerarenregister.accounts.rules import SessionLimits, SessionState
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.requests import DoorRequest

MOST_PENDING = 5
_SIGNED_IN = "accounts.session"
_CLAIMS = "accounts.claims"
_PENDING = "accounts.pending"
WAITING = "accounts.waiting"
"""What she sent when a session had ended; see `resuming`."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What her provider said about her at sign-in; "" and None for what it did not say."""

    family_name: str
    given_name: str
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class PendingHere:
    """A sign-in that began in this browser, what for, and where to go after it."""

    pending: Pending
    onward: str
    purpose: Purpose = Purpose.SIGN_IN


def limits() -> SessionLimits:
    """The limits of this installation."""
    return SessionLimits(timedelta(minutes=settings.IDLE_MINUTES), timedelta(hours=settings.SESSION_HOURS))


def viewer_of(request: DoorRequest) -> Viewer:
    """Who asks at the moment of the request. Past a limit the session is emptied, with the key and the claims in it."""
    key = request.session.session_key
    if key is not None and not key.isalnum():
        request.session = type(request.session)()  # no key of ours, and perhaps not even text that can be looked up
    kept = request.session.get(_SIGNED_IN)
    if kept is None:
        return NOBODY
    session_id = UUID(kept)
    seen = queries.viewer_of(session_id, limits=limits(), at=request.at)
    if seen.state is not SessionState.OPEN:
        request.session.flush()
    elif seen.touch_is_due:
        actions.touch_session(session_id=session_id, at=request.at)
    return seen.viewer


def claims_of(request: HttpRequest) -> Claims:
    """What her provider said about her at this sign-in; raises SignInNeeded, also when she signed in with a passkey,
    which says nothing about her."""
    kept: dict[str, Any] | None = request.session.get(_CLAIMS)
    if kept is None:
        raise SignInNeeded
    birth_date = date.fromisoformat(kept["birth_date"]) if kept["birth_date"] else None
    return Claims(kept["family_name"], kept["given_name"], birth_date)


def name_of(request: HttpRequest) -> str:
    """Her name as her provider gave it at this sign-in; "" when it gave none, and after a passkey."""
    kept: dict[str, Any] = request.session.get(_CLAIMS) or {}
    return " ".join(filter(None, (kept.get("given_name"), kept.get("family_name"))))


def remember_pending(request: HttpRequest, here: PendingHere) -> None:
    """Keep a sign-in that begins; the oldest makes place, so that a few tabs do not break each other."""
    kept: dict[str, Any] = request.session.get(_PENDING, {})
    pending = here.pending
    kept[pending.state] = {
        "provider": pending.provider,
        "secret": pending.secret,
        "verifier": pending.verifier,
        "begun_at": pending.begun_at.isoformat(),
        "second_factor": pending.second_factor,
        "onward": here.onward,
        "purpose": here.purpose,
    }
    newest = sorted(kept.items(), key=lambda item: item[1]["begun_at"])[-MOST_PENDING:]
    request.session[_PENDING] = dict(newest)


def take_pending(request: HttpRequest, *, state: str) -> PendingHere | None:
    """The sign-in that began in this browser with this state; it is gone from then on."""
    kept: dict[str, Any] = request.session.get(_PENDING, {})
    found = kept.pop(state, None)
    if found is None:
        return None
    request.session[_PENDING] = kept
    request.session.save()
    pending = Pending(
        provider=found["provider"],
        state=state,
        secret=found["secret"],
        verifier=found["verifier"],
        begun_at=datetime.fromisoformat(found["begun_at"]),
        second_factor=found["second_factor"],
    )
    return PendingHere(pending, found["onward"], Purpose(found["purpose"]))


def remember(request: HttpRequest, opened: OpenedSession, proof: FreshSignIn | None) -> None:
    """Begin anew with this sign-in: an emptied session under a new key. Kept are other tabs' unfinished sign-ins, and a
    form that waits for whoever filled it in. Without a proof it was a passkey."""
    pending = request.session.get(_PENDING, {})
    waiting = request.session.get(WAITING)
    request.session.flush()
    request.session[_SIGNED_IN] = str(opened.id)
    if proof is not None:
        request.session[_CLAIMS] = {
            "family_name": proof.family_name,
            "given_name": proof.given_name,
            "birth_date": proof.birth_date.isoformat() if proof.birth_date else "",
        }
    if pending:
        request.session[_PENDING] = pending
    if waiting:
        request.session[WAITING] = waiting


def forget(request: HttpRequest) -> None:
    """Empty the session and give the browser no other."""
    request.session.flush()
