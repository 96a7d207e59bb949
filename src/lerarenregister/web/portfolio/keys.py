"""The portfolio key in a session: opened as she signs in, then readable only with the cookie of her own browser.

At a person-bound sign-in, or by a passkey, the vault opens the data key, once. It is sealed under a fresh random key
that goes to the browser in the cookie `sleutel` and is kept nowhere else; the sealed data key goes to the server-side
session. The session table alone opens nothing, and neither does the cookie.
"""

import base64
import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.oidc.providers import Provider
from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.queries import OwnIdentity
from lerarenregister.kernel import clock
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer, Unreadable, new_key
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions import keys as key_actions
from lerarenregister.portfolio.errors import KeyErased, KeysUnusable
from lerarenregister.portfolio.sharing import queries as sharing
from lerarenregister.portfolio.sharing.rules.receiving import Own
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.requests import DoorRequest
from vault.answers import LEAST_LINES, MOST_AMONG, Also, Holder, Line, Opened
from vault.client import Client, VaultAway, VaultRefused
from vault.rows import erase_ticket, log_ticket

COOKIE = "sleutel"
IN_SESSION, CODE, PROOF = "portfolio_key", "portfolio_recovery_code", "portfolio_proof"
UNKEPT = "portfolio_code_unkept"
"""In her session: she did not say that she kept her recovery code, and this session does not have it."""
_ALSO = {Purpose.RECOVERY_CODE: Also.CODE, Purpose.PROVE: Also.PROOF}
_log = logging.getLogger(__name__)


class KeyNeeded(SignInNeeded):
    """She is signed in, but this browser holds no key to her portfolio: signing in again brings one."""

    code = "key-needed"


def vault() -> Client:
    """The vault of this installation."""
    return Client(settings.VAULT_URL, settings.VAULT_TOKEN, settings.VAULT_CA)


def held() -> set[UUID]:
    """The ids of all keys in the vault; raises KeysUnusable."""
    try:
        return {UUID(bytes=key) for key in vault().held()}
    except (VaultAway, VaultRefused) as error:
        raise KeysUnusable(str(error)) from error


def secret_for(provider: Provider) -> str:
    """A challenge of the vault for a sign-in that begins. Empty when the provider opens no portfolio, or the vault is
    away: then she is signed in all the same, and the portfolio pages say that it does not open."""
    if not provider.person_bound:
        return ""
    try:
        return vault().challenge()
    except (VaultAway, VaultRefused) as error:
        _log.warning("the vault gave no challenge", extra={"check": str(error)})
        return ""


def open_at_sign_in(request: DoorRequest, response: HttpResponse, proof: FreshSignIn | None, purpose: Purpose) -> None:
    """Called with the fresh proof by the sign-in callback, and by nothing else. The other places that open a key are
    `linking`, by her recovery code, and `passkeys`.

    A key is made only while nothing of hers is stored: a vault that was lost must not hide her entries behind a new
    key. When the vault refuses, she is signed in all the same and the portfolio pages say that it does not open.
    """
    if proof is None or purpose is Purpose.RECOVER:
        return  # a passkey or the recovery code opened it, and `passkeys` or `linking` keeps it
    opened = _opened(request.viewer, proof, _ALSO.get(purpose, Also.NOTHING))
    if opened is None:
        forget_at_sign_out(request, response)
    else:
        keep(request, response, opened)


def _opened(viewer: Viewer, proof: FreshSignIn, also: Also) -> Opened | None:
    if not proof.person_bound or viewer.account is None:
        return None
    try:
        erase_waiting()  # or the key of an account that she closed would be that of her new one
        make = key_actions.reserve_key(viewer=viewer).bytes if nothing_of(viewer.account) else None
        opened = _asked(viewer.account, proof, make, also)
        _note(viewer, opened)
    except (VaultAway, VaultRefused, KeysUnusable) as error:
        _log.warning("the vault did not open a portfolio", extra={"check": str(error)})
        return None
    return opened


def _asked(account: UUID, proof: FreshSignIn, make: bytes | None, also: Also) -> Opened:
    """Ask the vault, for a new recovery code too while she did not say that she kept the one before: nobody can show
    her that again. What her identity opens may be the key of another: of that nothing but the key is asked."""
    unkept, key = queries.unkept_code(account), queries.key_of(account)
    also = Also.CODE if unkept and also is Also.NOTHING else also
    if also is not Also.CODE or key is None:
        return vault().open(**_shown(proof), make=make, also=also, of=key.bytes if key else bytes(16))
    key_actions.note_code(owner=account, mark=key_actions.UNTOLD)  # first: the answer may be lost
    made = ""
    try:
        opened = vault().open(**_shown(proof), make=make, also=also, of=key.bytes)
        made = opened.code
    except VaultAway:
        made = key_actions.UNTOLD
        raise
    finally:
        if not made:
            key_actions.note_code(owner=account, mark=unkept)
    return opened


def _shown(proof: FreshSignIn) -> dict[str, str]:
    return {"challenge": proof.secret, "id_token": proof.id_token}


def _note(viewer: Viewer, opened: Opened) -> None:
    """Note which key was opened; one that must be gone, and is back from a backup of the vault, is erased now."""
    ticket = erase_ticket(opened.key)
    try:
        key_actions.note_key(viewer=viewer, key=UUID(bytes=opened.id), ticket=ticket)
    except KeyErased:
        vault().erase(ticket=ticket)
        raise


def keep(request: DoorRequest, response: HttpResponse, opened: Opened) -> None:
    """The key goes to her session, sealed under a key that goes to her browser alone; a new recovery code and a proof
    likewise."""
    browser_key = new_key()
    sealer = Sealer(browser_key)
    place = _session(request.viewer)
    request.session[IN_SESSION] = base64.b64encode(sealer.seal(opened.key, bound_to=place)).decode()
    owner = request.viewer.person()
    if opened.code:
        key_actions.note_code(owner=owner, mark=code_mark(opened.code))
    elif queries.unkept_code(owner):
        request.session[UNKEPT] = True
    for kept, name in ((opened.code, CODE), (opened.proof, PROOF)):
        if kept:
            sealed = sealer.seal(kept.encode(), bound_to=place + name.encode())
            request.session[name] = base64.b64encode(sealed).decode()
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(browser_key).decode(),
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def erasure_kept(at: datetime) -> timedelta:
    """How long an erased key is remembered: a backup of the vault is a day old, and goes a day late, at the most."""
    return terms_at(at).key_backup + timedelta(days=2)


def code_mark(code: str) -> str:
    """By which a recovery code is known here, until she kept it: it has 125 random bits, and this says none of them."""
    return hashlib.sha256(b"lerarenregister recovery code kept|" + code.encode()).hexdigest()


def new_code_of(request: DoorRequest) -> str:
    """The recovery code that this session has to show her; "" for none, or when it is not the one that works any more.
    Raises as `sealer_of`."""
    code = kept_beside(request, CODE)
    if code and queries.unkept_code(request.viewer.person()) != code_mark(code):
        request.session.pop(CODE)
        return ""
    return code


def erase_waiting() -> int:
    """Have the keys of closed accounts erased that wait for it; how many. Safe to repeat, and to do twice at once.

    A process that is killed between the two steps of one key does the first again, which then finds nothing. While the
    vault is away they wait on.
    """
    done = 0
    for each in queries.erasures_waiting():
        try:
            vault().erase(ticket=each.ticket)
        except (VaultAway, VaultRefused) as error:
            _log.warning("the vault did not erase a key", extra={"check": str(error)})
            break
        at = clock.now()
        key_actions.note_key_erased(key=each.key, until=dutch_date(at + erasure_kept(at)))
        done += 1
    return done


def erase_again() -> int:
    """Erase the keys of closed accounts that are back, for an older backup of the vault was put back; how many."""
    tickets, back = {each.key.bytes: each.ticket for each in queries.erasures_done()}, 0
    keys = list(tickets)
    try:
        for begin in range(0, len(keys), MOST_AMONG):
            for key in vault().held(keys[begin : begin + MOST_AMONG]):
                back += vault().erase(ticket=tickets[key])
    except (VaultAway, VaultRefused) as error:
        _log.warning("the vault did not say which erased keys are back", extra={"check": str(error)})
    return back


def forget_at_sign_out(request: DoorRequest, response: HttpResponse) -> None:
    """Take the key out of the session and out of the browser."""
    for name in (IN_SESSION, CODE, PROOF, UNKEPT):
        request.session.pop(name, None)
    response.delete_cookie(COOKIE, samesite="Lax")


def sealer_of(request: DoorRequest) -> Sealer:
    """The sealer of her portfolio, for this request.

    Raises SignInNeeded or PersonBoundNeeded by the session, and KeyNeeded when cookie and session do not fit.
    """
    return Sealer(_kept(request, IN_SESSION))


def own_of(request: DoorRequest) -> Own:
    """What she shares and receives with, for this request; raises as `sealer_of`."""
    return Own.of(_kept(request, IN_SESSION))


def nothing_of(account: UUID) -> bool:
    """Whether nothing is stored that only her key opens."""
    return queries.is_empty(account) and not sharing.has_any(account)


def leaves_nothing(account: UUID) -> bool:
    """Whether nothing is lost when the portfolio of this account goes."""
    return queries.leaves_nothing(account) and not sharing.has_any(account)


def kept_beside(request: DoorRequest, name: str) -> str:
    """What was kept beside the key in this session: a new recovery code (CODE) until she says that she has it, or a
    proof (PROOF); "" for none. Raises as `sealer_of`."""
    return _kept(request, name, name.encode()).decode() if name in request.session else ""


def ticket_of(request: DoorRequest) -> str:
    """What proves to the vault that this session has her key; raises as `sealer_of`."""
    return log_ticket(_kept(request, IN_SESSION))


def log_of(request: DoorRequest, *, most: int = LEAST_LINES) -> list[Line]:
    """The log of her key, newest first, with so many openings; raises as `sealer_of`, and KeysUnusable when the vault
    is away."""
    ticket = ticket_of(request)
    try:
        return vault().lines(ticket=ticket, most=most)
    except (VaultAway, VaultRefused) as error:
        raise KeysUnusable(str(error)) from error


def holders_of(request: DoorRequest, identities: Sequence[OwnIdentity] = ()) -> list[Holder]:
    """What opens her key, and which of these identities do; raises as `log_of`."""
    ticket = ticket_of(request)
    try:
        return vault().holders(ticket=ticket, identities=[(each.issuer, each.subject) for each in identities])
    except (VaultAway, VaultRefused) as error:
        raise KeysUnusable(str(error)) from error


def _kept(request: DoorRequest, name: str, what: bytes = b"") -> bytes:
    request.viewer.person()
    try:
        browser_key = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        sealed = base64.b64decode(request.session.get(name, ""))
        return Sealer(browser_key).open(sealed, bound_to=_session(request.viewer) + what)
    except (ValueError, Unreadable) as error:
        raise KeyNeeded from error


def _session(viewer: Viewer) -> bytes:
    """To what the sealed key is bound: this session of this account."""
    session, account = viewer.session_id or UUID(int=0), viewer.account or UUID(int=0)
    return b"portfolio session key 1|" + session.bytes + account.bytes
