"""Closing the account: in plain words what goes and what stays, a fresh sign-in, one confirmation."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lerarenregister.accounts.queries import (
    boards_managed_alone,
    opened_at,
    provider_of,
    signed_in_freshly,
)
from lerarenregister.person import actions, queries
from lerarenregister.person.errors import FreshSignInNeeded
from lerarenregister.register.queries import own_registration
from lerarenregister.web.accounts.providers import providers
from lerarenregister.web.accounts.session import name_of
from lerarenregister.web.accounts.signing_in import signed_out
from lerarenregister.web.once import sent_twice
from lerarenregister.web.person.parts import TAKING
from lerarenregister.web.requests import DoorRequest


@sent_twice("an account that is closed has no session to send from")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: DoorRequest) -> HttpResponse:
    """What goes and what stays. A POST from a session that began a moment ago closes it; another asks for a sign-in."""
    if request.method == "POST":
        try:
            actions.close_account(viewer=request.viewer, at=request.at)
        except FreshSignInNeeded:
            return HttpResponseRedirect(reverse("person:close"))
        response = signed_out(request)
        response["Location"] = reverse("person:closed")
        return response
    leaving = queries.what_leaves(request.viewer, request.at)
    context = {
        "number": own_registration(request.viewer).number,
        "name": name_of(request),
        "since": opened_at(request.viewer),
        "goes": [each for each in leaving if not each.until],
        "stays": [each for each in leaving if each.until],
        "fresh": signed_in_freshly(request.viewer, at=request.at),
        "provider": providers().get(provider_of(request.viewer)),
        "alone": boards_managed_alone(request.viewer, at=request.at),
        "take_along": [link() for link in TAKING],
    }
    return render(request, "person/close.html", context)


@never_cache
@require_safe
def closed(request: DoorRequest) -> HttpResponse:
    """The account is closed. Says nothing of whose: everybody may look."""
    return render(request, "person/closed.html")
