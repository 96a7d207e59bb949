"""Every request that is no static file passes here: long headers, large bodies, too often, too much at once."""

import ipaddress
from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from lerarenregister.web import errors
from lerarenregister.web.limits import answers
from lerarenregister.web.limits.counting import COUNTER
from lerarenregister.web.limits.marks import NOTHING_SAID, Mark, mark_of
from lerarenregister.web.limits.rules import MOST_HEADER_BYTES, Kind, Who
from lerarenregister.web.limits.slots import SLOTS, release_after
from lerarenregister.web.requests import DoorRequest


class LimitMiddleware:
    """Stands last: behind the door, which knows who asks, and behind the token's cookie, which its pages need.

    Nothing of the body is read before the limits have been looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        door, mark = cast(DoorRequest, request), _mark_of(request)
        kind = mark.kind_of(request.method)
        if kind is Kind.FREE:
            return self.get_response(request)
        if _header_bytes(request) > MOST_HEADER_BYTES:
            return answers.headers_too_long(request)
        if wait := door.waiting or _wait(door, kind):
            return answers.too_often(door, wait)
        sent_bytes = int(request.META.get("CONTENT_LENGTH") or 0)
        if sent_bytes > mark.most_bytes:
            return errors.too_large(request)
        if kind is not Kind.HEAVY and sent_bytes <= mark.heavy_from:
            return self.get_response(request)
        return self._heavy(door)

    def _heavy(self, request: DoorRequest) -> HttpResponse:
        """One of the few heavy requests at once; a streamed answer holds its place until it is sent."""
        slot = SLOTS.take()
        if slot is None:
            return answers.busy(request)
        try:
            response = self.get_response(request)
        except BaseException:
            slot.release()
            raise
        release_after(response, slot)
        return response


def address_of(request: HttpRequest) -> str:
    """From where it comes: what the proxy in front of us says it saw, if there is one; what came before may be made up.

    Of an IPv6 address the network counts: a household has 2^64 of them.
    """
    remote = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        remote = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or remote
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def still_waiting(request: HttpRequest, at: datetime) -> int:
    """The seconds that this browser was told to wait for what it asks, and has not waited; 0 for none.

    Known before anybody is looked up, so a flood of looks that are refused asks nothing of the database. What is sent
    is never refused so: its page gives back what she sent, which takes knowing who she is.
    """
    if request.method not in ("GET", "HEAD") or not _browser(request):
        return 0
    kind = _mark_of(request).kind_of(request.method)
    return 0 if kind is Kind.FREE else COUNTER.still_refused(kind, _browser(request), moment=at.timestamp())


def _browser(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def _mark_of(request: HttpRequest) -> Mark:
    """What the view of this address says of itself; an address that is not there is a look like any other."""
    try:
        request.resolver_match = resolve(request.path_info)
    except Resolver404:
        return NOTHING_SAID
    return mark_of(request.resolver_match.func)


def _wait(request: DoorRequest, kind: Kind) -> int:
    """How long to wait; 0 when it is granted.

    Who is signed in counts as an account and nothing else. Who is not, as a session first, so that one wild browser
    does not use up what a school shares, and then as an address, so that a crowd of sessions does not multiply.
    """
    if request.viewer.account is not None:
        return _taken(request, kind, Who.ACCOUNT, str(request.viewer.account))
    session = request.session.session_key
    if session is not None and (wait := _taken(request, kind, Who.SESSION, session)):
        return wait
    return _taken(request, kind, Who.ADDRESS, address_of(request))


def _taken(request: DoorRequest, kind: Kind, who: Who, name: str) -> int:
    moment = request.at.timestamp()
    wait = COUNTER.take(kind, who, name, moment=moment, factor=settings.RATE_FACTOR).wait
    if wait:
        COUNTER.note_refusal(kind, _browser(request), moment=moment, wait=wait)
    return wait


def _header_bytes(request: HttpRequest) -> int:
    return sum(
        len(name) + len(value) for name, value in request.META.items() if name[:5] == "HTTP_" and isinstance(value, str)
    )
