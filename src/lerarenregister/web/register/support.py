"""Pages for support: reviews of identity."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.register import actions, queries
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import once
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.register.forms import DecisionForm
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_safe
def reviews(request: DoorRequest) -> HttpResponse:
    """The reviews that wait."""
    request.viewer.must(Permission.REGISTER_REVIEW_LIST)
    return _shown(request, decided=request.GET.get("gedaan") == "besluit")


def _shown(
    request: DoorRequest, wrong: DecisionForm | None = None, *, of: UUID | None = None, decided: bool = False
) -> HttpResponse:
    """The reviews that wait, each with an empty form; the one that was filled in wrongly comes back as it was."""
    waiting = queries.reviews_waiting(claims=identity_of(request), viewer=request.viewer, at=request.at, among=of)
    resumed = None if wrong else interrupted(request)
    typed = resumed.typed if resumed else {}
    rows = [(each, wrong if wrong and each.id == of else _form(each.id, typed=typed)) for each in waiting]
    context = {
        "reviews": rows,
        "wrong": wrong,
        "decided": decided,
        "interrupted": resumed,
        "mark": mark_of(request, reverse("register:reviews")),
    }
    return render(request, "register/reviews.html", context, status=400 if wrong else 200)


def _form(review: UUID, data: QueryDict | None = None, *, typed: dict[str, str] | None = None) -> DecisionForm:
    """The form of one review, with what was typed in it before her session ended."""
    kept = {name.rpartition("-")[2]: text for name, text in (typed or {}).items() if name.startswith(f"{review.hex}-")}
    return DecisionForm(data, prefix=review.hex, auto_id=f"r{review.hex}_%s", initial=kept)


@require_POST
@comes_back(lambda review: reverse("register:reviews"), "decision", "words")
@once
def decide(request: DoorRequest, review: UUID) -> HttpResponse:
    """Decide one, with a reason."""
    request.viewer.must(Permission.REGISTER_REVIEW_DECIDE)
    form = _form(review, request.POST)
    if not form.is_valid():
        return _shown(request, form, of=review)
    actions.decide_review(
        review=review,
        accepted=form.cleaned_data["decision"] == "accept",
        words=form.cleaned_data["words"],
        claims=identity_of(request),
        viewer=request.viewer,
        at=request.at,
    )
    return HttpResponseRedirect(reverse("register:reviews") + "?gedaan=besluit")
