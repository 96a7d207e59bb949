"""Pages for everyone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register import queries
from lerarenregister.web.requests import DoorRequest


@require_GET
def counts(request: DoorRequest) -> HttpResponse:
    """How many confirmed registrations there are, with the definition beside the number."""
    return render(request, "register/counts.html", {"counts": queries.counts(dutch_date(request.at))})
