"""The doors to the register's own state. None makes a session, and nothing they say is about a person."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.upkeep.queries import migrations_missing
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.state.gathering import gathered
from lerarenregister.web.state.health import failing
from lerarenregister.web.state.metrics import exposed
from lerarenregister.web.state.words import in_words


@require_safe
@cache_control(no_store=True)
def metrics(request: DoorRequest) -> HttpResponse:
    """Figures for Prometheus, for who has the token of the setting alone; without one this page is not there."""
    if not _knows_the_token(request):
        raise Http404
    return HttpResponse(exposed(gathered(request.at)), content_type="text/plain; version=0.0.4; charset=utf-8")


@require_safe
@cache_control(no_store=True)
def state(request: DoorRequest) -> HttpResponse:
    """What goes well and what does not, in words with what to do, for an operator."""
    request.viewer.must(Permission.PROJECT_STATE_READ)
    said = in_words(gathered(request.at), migrations_missing=migrations_missing())
    wrong, well = [each for each in said if not each.well], [each for each in said if each.well]
    return render(request, "state/state.html", {"at": request.at, "wrong": wrong, "well": well})


@limited(Kind.FREE)
@require_safe
@cache_control(no_store=True)
def live(request: DoorRequest) -> HttpResponse:
    """This process answers; it asks nobody anything. Who gets no answer starts it again."""
    return JsonResponse({"status": "ok"})


@limited(Kind.FREE)
@require_safe
@cache_control(no_store=True)
def ready(request: DoorRequest) -> HttpResponse:
    """Whether visitors can come: 200, or 503 with the names of what fails and nothing else of this machine."""
    found = failing(request.at)
    said = {"status": "failing", "failing": found} if found else {"status": "ok"}
    return JsonResponse(said, status=503 if found else 200)


def _knows_the_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted: str = settings.METRICS_TOKEN
    right = hmac.compare_digest(token.strip().encode(), wanted.encode())
    return bool(wanted) and scheme.casefold() == "bearer" and right
