"""What the profession may learn of her portfolio: she sees exactly what would go, and gives it or takes it back."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio.actions.releasing import release, withdraw
from lerarenregister.portfolio.queries.releasing import Released, released_of, would_release
from lerarenregister.portfolio.rules.releasing import Amount, Learning, YearFacets, mark_of
from lerarenregister.register.rulebook import rulebook_at, terms_at
from lerarenregister.register.rules.rulebooks import Purpose
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.labels import label_of
from lerarenregister.web.requests import DoorRequest

AMOUNTS: dict[Amount, str | Promise] = {
    Amount.FEW: _("1 tot 4 keer"),
    Amount.SOME: _("5 tot 19 keer"),
    Amount.MANY: _("20 keer of meer"),
}
LEARNING: dict[Learning, str | Promise] = {
    Learning.FORMAL: _("alleen cursussen"),
    Learning.INFORMAL: _("zonder cursussen"),
    Learning.BOTH: _("cursussen en ander leren"),
}


@dataclass(frozen=True, slots=True)
class YearShown:
    """The values of a school year in words."""

    name: str
    amount: str
    kinds: list[str]
    learning: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A purpose, and what she gave for it."""

    code: str
    name: str
    why: str
    given_on: date | None = None
    until: date | None = None
    given: tuple[YearShown, ...] = ()
    same: bool = False


@sent_twice("it comes to the same: what was given is given again, what was withdrawn is gone")
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: DoorRequest) -> HttpResponse:
    """What would go, by purpose; a POST gives it (`doe=geven`) or takes it back (`doe=intrekken`)."""
    request.viewer.person()
    purpose, act = rulebook_at(request.at).purposes.get(request.POST.get("doel", "")), request.POST.get("doe", "")
    if purpose is not None and act == "intrekken":
        withdraw(viewer=request.viewer, purpose=purpose.code)
        return _told("ingetrokken")
    sealer = _sealer_unless_withdrawing(request)
    if purpose is not None and act == "geven" and sealer is not None:
        given = release(
            viewer=request.viewer,
            sealer=sealer,
            purpose=purpose.code,
            seen=request.POST.get("gezien", ""),
            term=terms_at(request.at).release,
            at=request.at,
        )
        return _told("gegeven" if given else "anders")
    return _page(request, sealer, status=400 if request.method == "POST" else 200)


def _sealer_unless_withdrawing(request: DoorRequest) -> Sealer | None:
    """Her sealer; None when her browser holds no key and there is something to withdraw, which needs none."""
    try:
        return keys.sealer_of(request)
    except keys.KeyNeeded:
        if request.method == "POST" or not released_of(request.viewer.person(), today=dutch_date(request.at)):
            raise
        return None


def _page(request: DoorRequest, sealer: Sealer | None, *, status: int) -> HttpResponse:
    today = dutch_date(request.at)
    now = would_release(request.viewer, sealer, today=today) if sealer else ()
    purposes = rulebook_at(request.at).purposes.values()
    given = {each.purpose: each for each in released_of(request.viewer.person(), today=today)}
    context = {
        "asked": [_asked(each, given.get(each.code), now) for each in purposes],
        "given": bool(given),
        "now": [_shown(each) for each in now],
        "mark": mark_of(now),
        "without_key": sealer is None,
        "done": request.GET.get("gedaan", ""),
        "days": terms_at(request.at).release.days,
    }
    return render(request, "portfolio/release.html", context, status=status)


def _asked(purpose: Purpose, given: Released | None, now: tuple[YearFacets, ...]) -> Asked:
    english = (get_language() or "").startswith("en")
    name, why = (purpose.name_en, purpose.why_en) if english else (purpose.name_nl, purpose.why_nl)
    if given is None:
        return Asked(purpose.code, name, why)
    years = tuple(_shown(each) for each in given.years)
    return Asked(purpose.code, name, why, given.released_on, given.until, years, given.years == now)


def _shown(year: YearFacets) -> YearShown:
    kinds = sorted(label_of(each) for each in year.kinds)
    name = f"{year.year}-{year.year + 1}"
    return YearShown(name, str(AMOUNTS[year.amount]), kinds, str(LEARNING[year.learning]))


def _told(what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portfolio:release')}?gedaan={what}")
