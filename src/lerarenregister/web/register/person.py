"""The page on which a board delivers one person by hand: a file of one line, through the same door as every file."""

import csv
import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from lerarenregister.accounts.permissions import Permission
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.queries.wording import refusal_of
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.claims import date_of
from lerarenregister.register.rules.columns import COLUMNS, Column
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import nothing_done, once
from lerarenregister.web.register.language import in_english
from lerarenregister.web.register.later import continue_later
from lerarenregister.web.register.subjects import SubjectInput
from lerarenregister.web.requests import DoorRequest

_NEEDED = {"required": _("Vul dit in.")}
_DATE = _("Schrijf 2018-08-01 of 01-08-2018.")


class StaffNumberForm(forms.Form):
    """Whom to look up."""

    use_required_attribute = False
    nummer = forms.CharField(label=_("Personeelsnummer"), max_length=40, error_messages=_NEEDED)


class PersonForm(forms.Form):
    """Her own facts."""

    use_required_attribute = False
    formulier = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    personeelsnummer = forms.CharField(label=_("Personeelsnummer"), max_length=40, error_messages=_NEEDED)
    achternaam = forms.CharField(label=_("Achternaam"), max_length=100, error_messages=_NEEDED)
    voorvoegsel = forms.CharField(
        label=_("Voorvoegsel"), help_text=_("Zoals ‘van den’."), max_length=40, required=False
    )
    voorletters = forms.CharField(label=_("Voorletters"), max_length=40, required=False)
    geboortedatum = forms.CharField(label=_("Geboortedatum"), help_text=_DATE, max_length=10, error_messages=_NEEDED)

    def clean_geboortedatum(self) -> str:
        """A date that exists."""
        return _checked(self.cleaned_data["geboortedatum"])

    def clean_einde(self) -> str:
        """A date that exists, the word for no end, or nothing."""
        said = str(self.cleaned_data["einde"])
        return said if said.casefold() == "geen" else _checked(said)


class StartForm(PersonForm):
    """A new appointment."""

    locatie = forms.ChoiceField(label=_("Vestiging"), error_messages=_NEEDED)
    benoemingsgrondslag = forms.ChoiceField(label=_("Benoemingsgrondslag"), error_messages=_NEEDED)
    vak = forms.CharField(label=_("Vak"), max_length=100, required=False, widget=SubjectInput)
    onderwijsterrein = forms.CharField(
        label=_("Onderwijsterrein"),
        help_text=_("Alleen nodig bij een grondslag zonder bevoegdheid."),
        max_length=100,
        required=False,
    )
    begin = forms.CharField(label=_("Eerste dag"), help_text=_DATE, max_length=10, error_messages=_NEEDED)
    einde = forms.CharField(
        label=_("Laatste dag"), help_text=_("Leeg als er geen einde bekend is."), max_length=10, required=False
    )
    werkmail = forms.CharField(
        label=_("Werkmail"),
        help_text=_("Voor één mail met een code. Daarna wissen we het adres."),
        max_length=254,
        required=False,
    )

    def clean_begin(self) -> str:
        """A date that exists."""
        return _checked(self.cleaned_data["begin"])


class ChangeForm(PersonForm):
    """A change or the end of an appointment that was delivered; which one, its own facts say."""

    einde = forms.CharField(
        label=_("Laatste dag"),
        help_text=_("Leeg verandert niets. Met ‘geen’ haal je een einde weg."),
        max_length=10,
        required=False,
    )
    vervallen = forms.ChoiceField(
        label=_("Was deze aanstelling een vergissing?"),
        choices=[("", _("Niets over zeggen")), ("ja", _("Ja, zij was er nooit")), ("nee", _("Nee, zij was er wel"))],
        required=False,
    )


def _checked(said: str) -> str:
    if said and date_of(said) is None:
        raise forms.ValidationError(_("Dit is geen datum die bestaat. Schrijf 2018-08-01 of 01-08-2018."))
    return said


@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(
    lambda number: reverse("register:person", args=[number]),
    *(name for name in StartForm.base_fields if name != "formulier"),
)
@once
def person(request: DoorRequest, number: str) -> HttpResponse:
    """Look somebody up, or deliver a line about one person: it is checked first, as every file is."""
    request.viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=number)
    if request.method == "POST" and request.POST.get("doe") == "zoeken":
        return _found(request, number)
    known = _known(request, number)
    chosen = _chosen(request, known)
    form = _form(request, number, known, chosen)
    if form.is_bound and form.is_valid():
        try:
            return _delivered(request, number, form.cleaned_data, chosen)
        except FileRefused as refused:
            form.add_error(None, refusal_of(refused.reason))
    return _page(request, number, known, chosen, form, StaffNumberForm())


def _found(request: DoorRequest, number: str) -> HttpResponse:
    asked = StaffNumberForm(request.POST)
    if asked.is_valid():
        try:
            known = queries.person_delivered(
                number, viewer=request.viewer, at=request.at, staff_number=asked.cleaned_data["nummer"]
            )
            address = reverse("register:person", args=[number])
            return nothing_done(HttpResponseRedirect(f"{address}?wie={known.employee}"))
        except Absent:
            asked.add_error("nummer", _("Onder dit nummer is het afgelopen jaar niets aangeleverd. Vul alles in."))
    return _page(request, number, None, None, _form(request, number, None, None, bound=False), asked)


def _uuid_of(request: DoorRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _known(request: DoorRequest, number: str) -> queries.PersonDelivered | None:
    employee = _uuid_of(request, "wie")
    if employee is None:
        return None
    return queries.person_delivered(number, viewer=request.viewer, at=request.at, employee=employee)


def _chosen(request: DoorRequest, known: queries.PersonDelivered | None) -> queries.AppointmentDelivered | None:
    asked = _uuid_of(request, "aanstelling")
    if asked is None or known is None:
        return None
    found = next((each for each in known.appointments if each.id == asked), None)
    if found is None:
        raise Http404
    return found


def _form(
    request: DoorRequest,
    number: str,
    known: queries.PersonDelivered | None,
    chosen: queries.AppointmentDelivered | None,
    *,
    bound: bool = True,
) -> forms.Form:
    waiting = interrupted(request)
    initial: dict[str, Any] = dict(waiting.typed) if waiting else {}
    if known is not None:
        initial |= {
            "personeelsnummer": known.staff_number,
            "achternaam": known.family_name,
            "voorvoegsel": known.prefix,
            "voorletters": known.initials,
            "geboortedatum": known.birth_date.isoformat(),
        }
    kind = ChangeForm if chosen else StartForm
    form = kind(request.POST if bound and request.method == "POST" else None, initial=initial)
    if chosen is None:
        form.fields["locatie"].choices = _with_nothing(  # type: ignore[attr-defined]  # it is a ChoiceField
            [(each.code, each.name) for each in queries.places_of_board(number, viewer=request.viewer, at=request.at)]
        )
        form.fields["benoemingsgrondslag"].choices = _with_nothing(_grounds(request.at))  # type: ignore[attr-defined]
    if known is not None:
        form.fields["personeelsnummer"].disabled = True
    return form


def _with_nothing(choices: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    return [("", _("Maak een keuze")), *choices]


def _grounds(at: datetime) -> list[tuple[str, str]]:
    english = in_english()
    grounds = rulebook_at(at).grounds.values()
    return [(each.code, f"{each.code}: {each.name_en if english else each.name_nl}") for each in grounds]


def _delivered(
    request: DoorRequest, number: str, said: dict[str, Any], chosen: queries.AppointmentDelivered | None
) -> HttpResponse:
    """Have the line read, staged and checked: what the button on the next page delivers."""
    cells = {name: str(said.get(name, "")) for name in COLUMNS} | {Column.BOARD: number}
    location = said.get("locatie", "")
    if chosen is not None:
        location = chosen.location_code
        cells |= {Column.GROUND: chosen.ground, Column.SUBJECT: chosen.subject, Column.FIELD: chosen.field}
        cells |= {Column.BEGIN: chosen.begin.isoformat()}
    cells |= {Column.BRIN: location[:4], Column.LOCATION: location[4:]}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    writer.writerow([cells[name] for name in COLUMNS])
    reception = actions.begin_reception(board=number, viewer=request.viewer, at=request.at, form=said["formulier"])
    reception.feed(text.getvalue().encode())
    received = reception.finish(check=True)
    if not received.earlier:
        continue_later(received.delivery)
    outcome = "eerder" if received.earlier else "klaar"
    return HttpResponseRedirect(reverse("register:delivery", args=[number, received.delivery]) + f"?{outcome}=1")


def _page(  # noqa: PLR0917  (what the page shows)
    request: DoorRequest,
    number: str,
    known: queries.PersonDelivered | None,
    chosen: queries.AppointmentDelivered | None,
    form: forms.Form,
    asked: StaffNumberForm,
) -> HttpResponse:
    context = {
        "board": queries.board_shown(number, viewer=request.viewer),
        "known": known,
        "chosen": chosen,
        "form": form,
        "fields": [field for field in form if not field.is_hidden],
        "asked": asked,
        "interrupted": interrupted(request),
        "mark": mark_of(request, request.path),
    }
    return render(request, "register/person.html", context, status=400 if form.errors or asked.errors else 200)
