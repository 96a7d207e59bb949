"""When a board delivers: its own page, and what is late for the support organisation."""

from datetime import timedelta

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.register import actions, queries
from lerarenregister.web.once import once
from lerarenregister.web.processing.terms import in_words
from lerarenregister.web.register.board import page_of
from lerarenregister.web.requests import DoorRequest

_STATED = {"niets": "nothing-changed", "alles": "full-check"}


class ContactForm(forms.Form):
    """Where the board is reminded."""

    use_required_attribute = False
    adres = forms.EmailField(
        label=_("E-mailadres voor herinneringen"),
        help_text=_(
            "Liefst een adres van de afdeling. In een herinnering staat niets over mensen. "
            "Maak het leeg als je er geen wilt."
        ),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Dit is geen e-mailadres. Schrijf het zoals naam@school.nl.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def calendar(request: DoorRequest, number: str) -> HttpResponse:
    """By when the board delivers; it says that nothing changed, that all was gone through, or where it is reminded."""
    board = queries.board_shown(number, viewer=request.viewer)
    form: ContactForm | None = None
    if request.method == "POST":
        asked, address = request.POST.get("doe", ""), reverse("register:calendar", args=[number])
        if asked in _STATED:
            actions.state_of_board(board=number, kind=_STATED[asked], viewer=request.viewer, at=request.at)
            return HttpResponseRedirect(f"{address}?gedaan={asked}")
        request.viewer.must(Permission.REGISTER_CONTACT_KEEP, scope=number)
        form = ContactForm(request.POST)
        if asked == "adres" and form.is_valid():
            given = form.cleaned_data["adres"]
            actions.keep_contact(board=number, address=given, viewer=request.viewer, at=request.at)
            return HttpResponseRedirect(f"{address}?gedaan=adres")
    shown = queries.calendar_of_board(number, viewer=request.viewer, at=request.at)
    if form is None and request.viewer.may(Permission.REGISTER_CONTACT_KEEP, scope=number):
        form = ContactForm(initial={"adres": shown.contact})
    may_deliver = request.viewer.may(Permission.REGISTER_DELIVERY_CREATE, scope=number)
    context = {
        "board": board,
        "shown": shown,
        "days": in_words(timedelta(days=shown.delivery_days)),
        "full": in_words(timedelta(days=shown.full_check_days)),
        "form": form,
        "may_deliver": may_deliver,
        "burden": queries.burden_of_board(number, viewer=request.viewer, at=request.at),
        "done": request.GET.get("gedaan", ""),
    }
    return render(request, "register/calendar.html", context, status=400 if request.method == "POST" else 200)


@require_safe
def burden(request: DoorRequest) -> HttpResponse:
    """What delivering costs all boards together, for everybody."""
    return render(request, "register/burden.html", {"burden": queries.burden_of_all()})


@require_safe
def late(request: DoorRequest) -> HttpResponse:
    """The boards of which a day has passed."""
    context = {"page": queries.late_boards(viewer=request.viewer, at=request.at, page=page_of(request))}
    return render(request, "register/late.html", context)
