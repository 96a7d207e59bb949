"""Pages for everyone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register import queries
from lerarenregister.register.rules.rounding import rounded
from lerarenregister.web.requests import DoorRequest

SECTORS: dict[str, Promise] = {
    "po": _("Basisonderwijs (po)"),
    "so": _("Speciaal onderwijs (so)"),
    "vo": _("Voortgezet onderwijs (vo)"),
    "mbo": _("Middelbaar beroepsonderwijs (mbo)"),
}


@require_safe
def counts(request: DoorRequest) -> HttpResponse:
    """How many confirmed registrations there are, rounded, with the definition beside the number."""
    found = queries.counts(dutch_date(request.at))
    sectors = [(SECTORS[sector], rounded(number)) for sector, number in found.sectors]
    context = {"counts": found, "sectors": sectors, "total": rounded(found.total)}
    return render(request, "register/counts.html", context)
