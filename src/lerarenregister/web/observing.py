"""What every request leaves behind: a number, a count, and one line that says how it went and not who asked."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse

from lerarenregister.accounts.permissions import NOBODY, Viewer
from lerarenregister.kernel import loglines
from lerarenregister.web.counting import count_request

REQUEST_ID = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = logging.getLogger("lerarenregister.access")


class ObservingMiddleware:
    """Numbers the request and writes its line. It stands first, so that it sees every answer.

    The number is made here and never taken from the request: whoever sends one could write in our log, or make two
    requests look like one. A path holds ids and codes: the line has the pattern of the address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        request_finished.connect(loglines.end_request, dispatch_uid="lerarenregister.observing")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        begun, number = time.perf_counter(), str(uuid4())
        loglines.begin_request(number)  # until the signal: what Django says of an answer, it says after this returned
        response = self.get_response(request)
        response.headers[REQUEST_ID] = number
        viewer: Viewer = getattr(request, "viewer", NOBODY)
        method = request.method if request.method in METHODS else "other"
        seconds, route, status = time.perf_counter() - begun, route_of(request), response.status_code
        seen = {
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 1),
            "session": viewer.session.value,
        }
        _log.info("answered", extra=seen)
        count_request(route=route, method=method, status=status, seconds=seconds)
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern of the address (`bestuur/<str:number>/`), `static`, or `none` for an address that is not there."""
    match = request.resolver_match
    if match is not None:
        return f"/{match.route}"
    return "static" if request.path_info.startswith(str(settings.STATIC_URL)) else "none"
