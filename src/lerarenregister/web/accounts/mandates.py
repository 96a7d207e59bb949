"""Pages about mandates: the board that gives and ends them, the office that has them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from lerarenregister.accounts import actions, queries
from lerarenregister.accounts.permissions import Covers, Permission
from lerarenregister.kernel.clock import AMSTERDAM, dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.once import once
from lerarenregister.web.processing.terms import in_words
from lerarenregister.web.requests import DoorRequest

COVERS: dict[Covers, Promise] = {
    Covers.DELIVER: _("Aanleveren, en aanleveringen bekijken"),
    Covers.READ: _("Alleen aanleveringen bekijken"),
    Covers.ALL: _("Aanleveren, mensen zonder account bekijken en brieven maken"),
}


class MandateForm(forms.Form):
    """Which office, what it may, and until when."""

    use_required_attribute = False
    kantoor = forms.CharField(
        label=_("Code van het kantoor"),
        help_text=_("Het kantoor weet zijn code: een K en vier cijfers."),
        max_length=5,
        error_messages={"required": _("Vul dit in.")},
        validators=[RegexValidator(r"^[Kk][0-9]{4}$", _("Een code is een K en vier cijfers, zoals K0001."))],
    )
    mag = forms.ChoiceField(
        label=_("Wat mag het kantoor namens jullie?"),
        choices=list(COVERS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Maak een keuze.")},
    )
    tot = forms.DateField(
        label=_("Tot en met"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={"required": _("Vul dit in."), "invalid": _("Schrijf 2018-08-01 of 01-08-2018.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, most: timedelta, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tot"].help_text = _("Hooguit %(most)s. Je kunt de machtiging altijd eerder beëindigen.") % {
            "most": in_words(most)
        }


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@once
def mandates(request: DoorRequest, number: str) -> HttpResponse:
    """The mandates of a board: who acts for it, until when; a manager gives one or ends one."""
    request.viewer.must(Permission.ACCOUNTS_MANDATE_GIVE, scope=number)
    terms = terms_at(request.at)
    first = {"tot": dutch_date(request.at + terms.mandate), "mag": Covers.DELIVER.value}
    form = MandateForm(initial=first, most=terms.mandate_most)
    address = reverse("accounts:mandates", args=[number])
    if request.method == "POST" and request.POST.get("doe") == "beeindigen":
        actions.end_mandate(mandate=_mandate(request), board=number, viewer=request.viewer, at=request.at)
        return HttpResponseRedirect(f"{address}?gedaan=beeindigd")
    if request.method == "POST":
        form = MandateForm(request.POST, most=terms.mandate_most)
        if form.is_valid() and _given(request, number, form, terms.mandate_most):
            return HttpResponseRedirect(f"{address}?gedaan=gegeven")
    rows = queries.mandates_of_board(request.viewer, board=number, at=request.at)
    context = {
        "number": number,
        "rows": [(each, COVERS[each.covers]) for each in rows],
        "form": form,
        "done": request.GET.get("gedaan", ""),
    }
    return render(request, "accounts/mandates.html", context, status=400 if form.errors else 200)


def _mandate(request: DoorRequest) -> UUID:
    try:
        return UUID(request.POST.get("machtiging", ""))
    except ValueError as error:
        raise Absent from error


def _given(request: DoorRequest, number: str, form: MandateForm, most: timedelta) -> bool:
    """Give it; False when the form says why not."""
    said = form.cleaned_data
    midnight = datetime.combine(said["tot"] + timedelta(days=1), datetime.min.time(), AMSTERDAM)
    try:
        actions.give_mandate(
            board=number,
            office=said["kantoor"].upper(),
            covers=Covers(said["mag"]),
            begins_at=request.at,
            ends_at=midnight,
            most=most,
            viewer=request.viewer,
            at=request.at,
        )
    except Absent:
        form.add_error("kantoor", _("Deze code kennen we niet. Vraag het kantoor om zijn code."))
        return False
    except Invalid:
        form.add_error(
            None,
            _(
                "Dit kan niet. De machtiging eindigt na vandaag en binnen %(most)s, "
                "en een kantoor heeft er maar één tegelijk."
            )
            % {"most": in_words(most)},
        )
        return False
    return True


@require_safe
@cache_control(no_store=True)
def office(request: DoorRequest) -> HttpResponse:
    """The boards for which her office may act, and what it may."""
    rows = queries.mandates_of_offices(request.viewer, at=request.at)
    offices = queries.offices_called(request.viewer.scopes(Permission.ACCOUNTS_MANDATE_LIST))
    shown = [(each, COVERS[each.covers], each.begins_at <= request.at) for each in rows]
    return render(request, "accounts/office.html", {"rows": shown, "offices": sorted(offices.items())})
