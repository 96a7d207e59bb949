"""The portfolio key in a session: opened at a fresh sign-in, then readable only with the cookie of her own browser.

At a person-bound sign-in the vault opens the data key. It is sealed under a fresh random key that goes to the browser
in the cookie `sleutel` and is kept nowhere else; the sealed data key goes to the server-side session. The session table
alone opens nothing, and neither does the cookie.
"""

import base64
import binascii
import logging
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.queries import identities_of
from lerarenregister.kernel.envelopes import Sealer, Unreadable, new_key
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.errors import KeysUnusable
from lerarenregister.web.requests import DoorRequest
from vault import FreshProof, HeldKey, KeyStore, VaultError, WrongWrappingKey, erase

COOKIE = "sleutel"
IN_SESSION = "portfolio_key"
_log = logging.getLogger(__name__)


class KeyNeeded(SignInNeeded):
    """She is signed in, but this browser holds no key to her portfolio: signing in again brings one."""

    code = "key-needed"


def store(*, may_make: bool = True) -> KeyStore:
    """The key store of this installation; raises a VaultError whose sentence says what is wrong."""
    if not settings.KEYSTORE_WRAPPING_KEY:
        raise WrongWrappingKey("KEYSTORE_WRAPPING_KEY is not set")
    try:
        wrapping_key = base64.b64decode(settings.KEYSTORE_WRAPPING_KEY, validate=True)
    except binascii.Error as error:
        raise WrongWrappingKey("the wrapping key must be 32 bytes in base64") from error
    return KeyStore.connect(settings.KEYSTORE_URL, wrapping_key, may_make=may_make)


def inventory() -> KeyStore:
    """The key store that is there, to ask under which hashes it holds a key; raises KeysUnusable with what is wrong.

    Never makes one: a store that was lost must be missed.
    """
    try:
        return store(may_make=False)
    except VaultError as error:
        raise KeysUnusable(str(error)) from error


def open_at_sign_in(request: DoorRequest, response: HttpResponse, proof: FreshSignIn) -> None:
    """Called with the fresh proof by the sign-in callback, and by nothing else: the one place that opens a key.

    A key is made only while nothing of hers is stored: a key store that was lost must not hide her entries behind a new
    key. So is one in the place of a key of an account that a restored backup does not know. When the vault refuses, she
    is signed in all the same and the portfolio pages say that it does not open.
    """
    viewer = request.viewer
    if not proof.person_bound or viewer.account is None:
        forget_at_sign_out(request, response)
        return
    try:
        erase_waiting()  # or the key of an account that she closed would stand in the way of her new one
        empty = queries.is_empty(viewer.account)
        opened = store().open(
            FreshProof(proof.issuer, proof.subject, viewer.account, proof.auth_time, request.at),
            may_make=empty,
            may_replace=empty,
        )
    except VaultError:
        _log.exception("the key store did not open a portfolio")
        forget_at_sign_out(request, response)
        return
    browser_key = new_key()
    sealed = Sealer(browser_key).seal(opened.key, bound_to=_session(viewer))
    request.session[IN_SESSION] = base64.b64encode(sealed).decode()
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(browser_key).decode(),
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def held_by(account: UUID) -> list[tuple[bytes, bytes]]:
    """Locator and mark of each key of this account, to erase it; raises KeysUnusable."""
    keys = inventory()
    found = [keys.held(issuer, subject) for issuer, subject in identities_of(account)]
    return [(each.locator, each.mark) for each in found if each is not None]


def erase_waiting() -> int:
    """Erase the keys of closed accounts that wait for it; how many. Safe to repeat, and to do twice at once.

    A process that is killed between the two steps of one key does the first again, which then finds nothing.
    """
    waiting = queries.erasures_waiting()
    for each in waiting:
        erase(settings.KEYSTORE_URL, HeldKey(each.locator, each.mark))
        actions.note_key_erased(erasure=each.id)
    return len(waiting)


def forget_at_sign_out(request: DoorRequest, response: HttpResponse) -> None:
    """Take the key out of the session and out of the browser."""
    request.session.pop(IN_SESSION, None)
    response.delete_cookie(COOKIE, samesite="Lax")


def sealer_of(request: DoorRequest) -> Sealer:
    """The sealer of her portfolio, for this request.

    Raises SignInNeeded or PersonBoundNeeded by the session, and KeyNeeded when cookie and session do not fit.
    """
    request.viewer.person()
    try:
        browser_key = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        sealed = base64.b64decode(request.session.get(IN_SESSION, ""))
        return Sealer(Sealer(browser_key).open(sealed, bound_to=_session(request.viewer)))
    except (ValueError, Unreadable) as error:
        raise KeyNeeded from error


def _session(viewer: Viewer) -> bytes:
    """To what the sealed key is bound: this session of this account."""
    session, account = viewer.session_id or UUID(int=0), viewer.account or UUID(int=0)
    return b"portfolio session key 1|" + session.bytes + account.bytes
