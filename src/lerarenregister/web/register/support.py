"""Pages for support: reviews of identity."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.register import actions, queries
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.register.forms import DecisionForm
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_safe
def reviews(request: DoorRequest) -> HttpResponse:
    """The reviews that wait."""
    request.viewer.must(Permission.REGISTER_REVIEW_LIST)
    waiting = queries.reviews_waiting(claims=identity_of(request), viewer=request.viewer, at=request.at)
    context = {"reviews": [(each, DecisionForm(prefix=each.id.hex, auto_id=f"r{each.id.hex}_%s")) for each in waiting]}
    return render(request, "register/reviews.html", context)


@require_POST
def decide(request: DoorRequest, review: UUID) -> HttpResponse:
    """Decide one, with a reason."""
    request.viewer.must(Permission.REGISTER_REVIEW_DECIDE)
    form = DecisionForm(request.POST, prefix=review.hex)
    if not form.is_valid():
        return render(request, "register/review_incomplete.html", {"form": form}, status=400)
    actions.decide_review(
        review=review,
        accepted=form.cleaned_data["decision"] == "accept",
        words=form.cleaned_data["words"],
        claims=identity_of(request),
        viewer=request.viewer,
        at=request.at,
    )
    return HttpResponseRedirect(reverse("register:reviews"))
