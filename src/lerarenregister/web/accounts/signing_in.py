"""Signing in and out."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST, require_safe

from lerarenregister.accounts import actions, queries
from lerarenregister.accounts.actions import OpenedSession
from lerarenregister.accounts.errors import SignInRefused
from lerarenregister.accounts.oidc import FreshSignIn, client
from lerarenregister.accounts.oidc.providers import Provider
from lerarenregister.accounts.permissions import NOBODY, Viewer
from lerarenregister.web.accounts import listeners, session
from lerarenregister.web.accounts.devices import device_of
from lerarenregister.web.accounts.onward import local_path
from lerarenregister.web.accounts.providers import provider_called, providers, redirect_uri
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.counting import count_refused_sign_in
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.requests import DoorRequest

log = logging.getLogger(__name__)


@require_safe
@cache_control(no_store=True)
def choose(request: DoorRequest) -> HttpResponse:
    """Which provider: those of her own first, each with a line on what it opens."""
    found = list(providers().values())
    context = {
        "own": [each for each in found if each.person_bound],
        "employers": [each for each in found if not each.person_bound],
        "onward": local_path(request.GET.get("verder", "/")),
        "ways": listeners.ways,
        "with_passkey": queries.began_with_passkey(request.viewer),
    }
    response = render(request, "accounts/choose.html", context)
    # `verder` may hold a code: no request that follows from this page tells its address.
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_safe
@cache_control(no_store=True)
def second_factor(request: DoorRequest) -> HttpResponse:
    """Staff who signed in without a second factor: why it is asked, and the way to sign in again with one."""
    slug = queries.provider_of(request.viewer)
    onward = local_path(request.GET.get("verder", "/"))
    if request.viewer.second_factor:
        return HttpResponseRedirect(onward)
    provider = providers().get(slug)
    context = {"provider": provider, "onward": onward, "possible": provider and provider.second_factor}
    return render(request, "accounts/second_factor.html", context, status=403)


@sent_twice("writes nothing but what its own browser session remembers of five unfinished sign-ins")
@limited(Kind.SIGN_IN)
@require_POST
def begin(request: DoorRequest, slug: str) -> HttpResponse:
    """Send her to the provider; a POST, so that no other site can begin a sign-in with a link."""
    provider = provider_called(slug)
    try:
        begun = client.begin(
            provider=provider,
            redirect_uri=redirect_uri(provider),
            at=request.at,
            second_factor=request.POST.get("tweede-factor") == "1",
            secret=next(filter(None, (each(provider) for each in listeners.secrets)), ""),
        )
    except SignInRefused as refused:
        return _refused(request, provider, refused)
    onward = local_path(request.POST.get("verder", "/"))
    purpose = Purpose.read(request.POST.get("doel", ""))
    session.remember_pending(request, session.PendingHere(begun.pending, onward, purpose))
    return HttpResponseRedirect(begun.url)


@limited(Kind.SIGN_IN)
@require_GET  # a HEAD must not use up the answer
@cache_control(no_store=True)
def callback(request: DoorRequest, slug: str) -> HttpResponse:
    """She comes back: one answer for one sign-in that began in this browser, checked, and a new session begins."""
    provider = provider_called(slug)
    here = session.take_pending(request, state=request.GET.get("state", ""))
    try:
        if here is None:
            raise SignInRefused("state")
        proof = client.complete(
            provider=provider,
            pending=here.pending,
            answer=request.GET.dict(),
            redirect_uri=redirect_uri(provider),
            at=request.at,
        )
    except SignInRefused as refused:
        return _refused(request, provider, refused)
    if here.purpose in listeners.instead:
        return listeners.instead[here.purpose](request, proof, here.onward)
    return signed_in(request, proof, here.onward, here.purpose)


@sent_twice("the session it ends is the one it came with: the second time nobody is signed in")
@require_POST
def sign_out(request: DoorRequest) -> HttpResponse:
    """End this session, and let every door forget what it kept in this browser."""
    if request.viewer.session_id is not None:
        actions.end_session(viewer=request.viewer, session_id=request.viewer.session_id, at=request.at)
    return signed_out(request)


def signed_out(request: DoorRequest) -> HttpResponse:
    """The way back to the first page, with an emptied session and without cookies of hers."""
    session.forget(request)
    response = HttpResponseRedirect("/")
    for listener in listeners.on_sign_out:
        listener(request, response)
    return response


def signed_in(
    request: DoorRequest, proof: FreshSignIn, onward: str, purpose: Purpose = Purpose.SIGN_IN
) -> HttpResponse:
    """Begin the session in this browser; one that was open in it ends, whoever's it was."""
    _end_present(request)
    opened = actions.sign_in(proof=proof, device=_device(request), at=request.at)
    return _begun(request, opened, proof, onward, purpose=purpose)


def signed_in_with_passkey(
    request: DoorRequest, account: UUID, onward: str, then: Callable[[HttpResponse], None]
) -> HttpResponse:
    """Begin a session for whom a passkey opened something of hers, just now, in this browser; the caller has it from
    the vault, and keeps it in `then`, before the listeners hear of it without a proof. Raises SignInNeeded when the
    account is closed."""
    _end_present(request)
    opened = actions.sign_in_with_passkey(account=account, device=_device(request), at=request.at)
    return _begun(request, opened, None, onward, then=then)


def _end_present(request: DoorRequest) -> None:
    if request.viewer.session_id is not None:
        actions.end_session(viewer=request.viewer, session_id=request.viewer.session_id, at=request.at)


def _device(request: DoorRequest) -> str:
    return device_of(request.headers.get("User-Agent", ""))


def _begun(
    request: DoorRequest,
    opened: OpenedSession,
    proof: FreshSignIn | None,
    onward: str,
    *,
    purpose: Purpose = Purpose.SIGN_IN,
    then: Callable[[HttpResponse], None] = lambda _response: None,
) -> HttpResponse:
    try:
        session.remember(request, opened, proof)
        rotate_token(request)
        request.viewer = session.viewer_of(request)
        response = HttpResponseRedirect(onward)
        then(response)
        for listener in listeners.on_sign_in:
            listener(request, response, proof, purpose)
    except Exception:
        _undo(request, opened)
        raise
    return response


def _undo(request: DoorRequest, opened: OpenedSession) -> None:
    """Half a sign-in is none: she may try again. No session of it stands open in her list, where she would wonder whose
    it is. What broke the sign-in may break this too, and is what is told."""
    request.viewer = NOBODY
    try:
        actions.end_session(viewer=Viewer(opened.account), session_id=opened.id, at=request.at)
    except Exception:
        log.exception("half a sign-in was not undone")
    session.forget(request)


def _refused(request: DoorRequest, provider: Provider, refused: SignInRefused) -> HttpResponse:
    """A page that helps; which check failed stands in the log, never what was in the token."""
    count_refused_sign_in(refused.detail)
    log.warning("a sign-in was refused", extra={"provider": provider.slug, "check": refused.detail})
    match refused.detail:
        case "denied":
            status, reason = 400, _("Je bent gestopt met inloggen.")
        case "state" | "expired":
            status, reason = 400, _("Deze poging is verlopen, al gebruikt, of begon in een andere browser.")
        case "auth_time":
            status, reason = (
                400,
                _("Het duurde te lang voordat je terug was. Voor je veiligheid vragen we het opnieuw."),
            )
        case "second_factor":
            status, reason = (
                400,
                _("Dit inlogmiddel vroeg je niet om een tweede factor. Je bent nog ingelogd zoals eerst."),
            )
        case "unreachable":
            status, reason = 503, _("Dit inlogmiddel is nu niet bereikbaar. Dat ligt niet aan jou.")
        case _:
            status, reason = 400, _("We konden niet vaststellen dat jij het bent.")
    context = {"provider": provider, "reason": reason}
    response = render(request, "accounts/refused.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
