"""A time of a repeating activity: kept as an entry, or passed over. Nothing is kept unless she presses a button."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.errors import PortfolioFull
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.ordering import is_id
from lerarenregister.web.requests import DoorRequest


@sent_twice("the form has the version that it saw: a time that was kept or passed over is so once")
@pages.private
@require_POST
def keep_time(request: DoorRequest, repeat_id: UUID) -> HttpResponse:
    """Keep the time that waits, or let it go by; her first page says what came of it."""
    sealer, expected, on = keys.sealer_of(request), pages.seen(request), dutch_date(request.at)
    home, issued = reverse("site:home"), request.POST.get("nieuw", "")
    if request.POST.get("doe") == "overslaan":
        actions.pass_time(viewer=request.viewer, sealer=sealer, repeat_id=repeat_id, expected=expected, on=on)
        return HttpResponseRedirect(home)
    try:
        kept = actions.keep_time(
            viewer=request.viewer,
            sealer=sealer,
            repeat_id=repeat_id,
            expected=expected,
            entry_id=UUID(issued) if is_id(issued) else random_id(),
            on=on,
            at=request.at,
        )
    except PortfolioFull:
        return HttpResponseRedirect(f"{home}?gedaan=vol")
    return HttpResponseRedirect(f"{home}?bewaard={kept}" if kept else home)
