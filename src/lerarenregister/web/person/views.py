"""Her rights in one place, and the copy of all that is held of her."""

from functools import partial

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.person import actions, queries
from lerarenregister.register.queries import own_registration
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.person import access as copy
from lerarenregister.web.person.parts import ENCLOSURES, TAKING
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_safe
def rights(request: DoorRequest) -> HttpResponse:
    """What she can do with what is held of her, and how it stands."""
    own = own_registration(request.viewer)
    context = {
        "own": own,
        "disputed": [each for each in own.appointments if each.latest.answer == "disputed"],
        "enclosed": [door(request) for door in ENCLOSURES],
        "take_along": [link() for link in TAKING],
    }
    return render(request, "person/rights.html", context)


@limited(Kind.HEAVY, methods=("POST",))
@require_POST
def access(request: DoorRequest) -> StreamingHttpResponse:
    """All that is held of her, streamed as a zip. A POST, for it is noted in the log that she asked."""
    account = request.viewer.person()
    enclosed = [door(request) for door in ENCLOSURES]
    with_portfolio = any(each.pieces is not None for each in enclosed)
    actions.give_access(viewer=request.viewer, with_portfolio=with_portfolio, at=request.at)
    everything = partial(queries.everything_held, request.viewer)
    response = StreamingHttpResponse(
        copy.stream(everything, enclosed, account=account, at=request.at), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="mijn-gegevens-{dutch_date(request.at).isoformat()}.zip"'
    response["Cache-Control"] = "no-store"
    return response
