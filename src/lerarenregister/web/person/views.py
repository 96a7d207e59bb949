"""Her rights in one place, and the copy of all that is held of her."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.accounts.permissions import SessionKind
from lerarenregister.accounts.queries import own_account
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.person import actions, queries
from lerarenregister.register.actions import object_to_delivery, withdraw_objection
from lerarenregister.register.queries import file_to_object_to, objections_of, own_registration
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import once, sent_twice
from lerarenregister.web.person import access as copy
from lerarenregister.web.person.objecting import own_shown
from lerarenregister.web.person.parts import ENCLOSURES, TAKING
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_safe
def rights(request: DoorRequest) -> HttpResponse:
    """What she can do with what is held of her, and how it stands; less with an account that an employer gave."""
    if request.viewer.session is SessionKind.EMPLOYER:
        return render(request, "person/rights_at_work.html", _objecting(request))
    own, objections = own_registration(request.viewer), objections_of(request.viewer)
    context = _objecting(request) | {
        "own": own,
        "disputed": [each for each in own.appointments if each.latest.answer == "disputed"],
        "enclosed": [door(request) for door in ENCLOSURES],
        "objections": objections,
        "objecting": any(each.withdrawn_at is None for each in objections.made),
        "take_along": [link() for link in TAKING],
    }
    return render(request, "person/rights.html", context)


def _objecting(request: DoorRequest) -> dict[str, Any]:
    """What both pages of rights say of objections to be answered, and of what was just done."""
    return {
        "objection_days": terms_at(request.at).objection.days,
        "asked": own_shown(request),
        "done": request.GET.get("gedaan", ""),
    }


@sent_twice("it changes nothing: the copy comes again, and the log says that it was given again")
@limited(Kind.HEAVY, methods=("POST",))
@require_POST
def access(request: DoorRequest) -> StreamingHttpResponse:
    """All that is held of her, streamed as a zip. A POST, for it is noted in the log that she asked."""
    account = own_account(request.viewer)
    at_work = request.viewer.session is SessionKind.EMPLOYER
    enclosed = [] if at_work else [door(request) for door in ENCLOSURES]
    with_portfolio = any(each.pieces is not None and each.name.startswith("portfolio-") for each in enclosed)
    actions.give_access(viewer=request.viewer, with_portfolio=with_portfolio, at=request.at)
    everything = partial(queries.everything_held, request.viewer)
    response = StreamingHttpResponse(
        copy.stream(everything, enclosed, account=account, at=request.at), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="mijn-gegevens-{dutch_date(request.at).isoformat()}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def objection(request: DoorRequest, file: UUID) -> HttpResponse:
    """What happens when she objects to being delivered by a board; a POST does it, at once."""
    if request.method != "POST":
        context = {"file": file_to_object_to(file, request.viewer)}
        return render(request, "person/objection.html", context)
    object_to_delivery(file=file, viewer=request.viewer, at=request.at)
    return HttpResponseRedirect(reverse("person:rights") + "?gedaan=bezwaar")


@require_POST
@once
def withdraw(request: DoorRequest, objection: UUID) -> HttpResponse:
    """She withdraws an objection."""
    withdraw_objection(objection=objection, viewer=request.viewer, at=request.at)
    return HttpResponseRedirect(reverse("person:rights") + "?gedaan=ingetrokken")
