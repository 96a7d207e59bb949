"""The pages of the register of processing activities, and its JSON. They are the same for everybody."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from lerarenregister.audit.activities import PROCESSING
from lerarenregister.kernel.errors import Absent
from lerarenregister.web.processing import rvva, shown
from lerarenregister.web.requests import DoorRequest


@require_safe
def overview(request: DoorRequest) -> HttpResponse:
    """Every activity in a few lines, and where the whole of it stands."""
    every = shown.activities(request.at)
    context = {
        "activities": [each for each in every if each.personal],
        "others": [each for each in every if not each.personal],
    }
    return render(request, "processing/overview.html", context)


@require_safe
def activity(request: DoorRequest, activity: str, version: int) -> HttpResponse:
    """All of one version; the address to which a line of the processing log refers. Raises Absent."""
    found = PROCESSING.version_of(activity, version)
    if found is None or not shown.takes_place(found):
        raise Absent
    return render(request, "processing/activity.html", {"activity": shown.shown(found, request.at)})


@require_safe
def machine_readable(request: DoorRequest) -> HttpResponse:
    """The whole register as JSON, in Dutch whatever language the reader chose; names in English beside it."""
    with translation.override("nl"):
        response = JsonResponse(rvva.register(request.at), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Language"] = "nl"
    return response
