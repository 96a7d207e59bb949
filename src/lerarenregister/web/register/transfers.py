"""The page on which the support organisation has schools go to another board."""

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lerarenregister.accounts.permissions import Permission
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import BoardUnknown, SecondNeeded, WrongState
from lerarenregister.web.once import nothing_done, once
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.requests import DoorRequest

_NEEDED = {"required": _("Vul dit in.")}


class TransferForm(forms.Form):
    """Which schools go where, and when."""

    use_required_attribute = False
    van = forms.CharField(label=_("Bestuursnummer dat overdraagt"), max_length=5, error_messages=_NEEDED)
    naar = forms.CharField(label=_("Bestuursnummer dat overneemt"), max_length=5, error_messages=_NEEDED)
    brins = forms.CharField(
        label=_("BRIN van de scholen"),
        help_text=_("Met spaties ertussen. Leeg: alle scholen van het bestuur."),
        max_length=2_000,
        required=False,
    )
    op = forms.DateField(
        label=_("Vanaf welke dag?"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={"required": _("Vul dit in."), "invalid": _("Schrijf 2018-08-01 of 01-08-2018.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class NumbersForm(forms.Form):
    """New staff numbers, one on a line."""

    use_required_attribute = False
    nummers = forms.CharField(
        label=_("Nieuwe personeelsnummers"),
        help_text=_("Vraag het nieuwe bestuur welke nummers deze mensen krijgen. Per regel: oud=nieuw."),
        max_length=20_000,
        error_messages={"required": _("Vul dit in.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_nummers(self) -> dict[str, str]:
        """The numbers by the old one; each line has both."""
        found: dict[str, str] = {}
        for line in str(self.cleaned_data["nummers"]).splitlines():
            old, sign, new = (each.strip() for each in line.partition("="))
            if line.strip() and not (old and sign and new):
                raise forms.ValidationError(_("Schrijf op elke regel: oud=nieuw."))
            if old:
                found[old] = new
        return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def transfers(request: DoorRequest) -> HttpResponse:
    """Transfers with where they stand; one proposes, another agrees."""
    request.viewer.must(Permission.REGISTER_TRANSFER_DECIDE)
    form, numbers, of = TransferForm(), NumbersForm(), None
    address = reverse("register:transfers")
    asked = request.POST.get("doe", "") if request.method == "POST" else ""
    if asked == "voorstellen":
        form = TransferForm(request.POST)
        if form.is_valid() and _proposed(request, form):
            return HttpResponseRedirect(f"{address}?gedaan=voorstel")
    elif asked in {"akkoord", "intrekken"}:
        return _decided(request, asked, address)
    elif asked == "nummers":
        of, numbers = _transfer(request), NumbersForm(request.POST)
        if numbers.is_valid() and _numbered(request, of, numbers):
            return HttpResponseRedirect(f"{address}?gedaan=nummers")
    wrong = request.method == "POST"
    context = {
        "rows": queries.transfers(viewer=request.viewer, at=request.at),
        "form": form,
        "numbers": numbers,
        "of": of,
        "done": request.GET.get("gedaan", ""),
    }
    return render(request, "register/transfers.html", context, status=400 if wrong else 200)


def _transfer(request: DoorRequest) -> UUID:
    try:
        return UUID(request.POST.get("overdracht", ""))
    except ValueError as error:
        raise Absent from error


def _proposed(request: DoorRequest, form: TransferForm) -> bool:
    said = form.cleaned_data
    try:
        actions.propose_transfer(
            giving=said["van"],
            taking=said["naar"],
            brins=said["brins"].replace(",", " ").split(),
            on=said["op"],
            claims=identity_of(request),
            viewer=request.viewer,
            at=request.at,
        )
    except BoardUnknown:
        form.add_error(None, _("Een van deze besturen kennen we niet. Importeer eerst het nieuwe bestuur."))
    except Invalid:
        form.add_error(
            None,
            _(
                "Dit kan niet. De scholen zijn op die dag niet van dit bestuur, gaan al over, "
                "of de dag is meer dan een jaar weg."
            ),
        )
    return form.is_valid()


def _decided(request: DoorRequest, asked: str, address: str) -> HttpResponse:
    transfer = _transfer(request)
    try:
        if asked == "akkoord":
            actions.agree_to_transfer(
                transfer=transfer, claims=identity_of(request), viewer=request.viewer, at=request.at
            )
        else:
            actions.withdraw_transfer(transfer=transfer, viewer=request.viewer, at=request.at)
    except SecondNeeded:
        return nothing_done(HttpResponseRedirect(f"{address}?gedaan=tweede"))
    except WrongState:
        return nothing_done(HttpResponseRedirect(f"{address}?gedaan=anders"))
    return HttpResponseRedirect(f"{address}?gedaan={asked}")


def _numbered(request: DoorRequest, transfer: UUID, form: NumbersForm) -> bool:
    try:
        actions.number_transfer(
            transfer=transfer, numbers=form.cleaned_data["nummers"], viewer=request.viewer, at=request.at
        )
    except (Invalid, WrongState):
        form.add_error("nummers", _("Schrijf op elke regel: oud=nieuw."))
    return form.is_valid()
