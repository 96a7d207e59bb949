"""What she chooses to see, in an address that says nothing: the choice is sealed under her own key."""

import base64
import binascii
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.queries import Choices, TimelinePage
from lerarenregister.portfolio.rules.choosing import Choice
from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.facets import TAG_CHARACTERS
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.labels import kind_choices, label_of
from lerarenregister.web.portfolio.ordering import is_id
from lerarenregister.web.requests import DoorRequest

PARAMETER = "keuze"
_LONGEST = 2_000
_SELECT = {"class": "utrecht-select utrecht-select--html-select"}


def sealed(choice: Choice, *, owner: UUID, sealer: Sealer) -> str:
    """The choice as it stands in an address: only she can open it, and no two are alike."""
    return base64.urlsafe_b64encode(sealer.seal(choice.pack(), bound_to=_place(owner))).decode().rstrip("=")


def opened(told: str, *, owner: UUID, sealer: Sealer) -> Choice:
    """The choice in an address; raises Absent for what was not sealed for her."""
    if not told:
        return Choice()
    if len(told) > _LONGEST:
        raise Absent
    try:
        envelope = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))
        return Choice.unpack(sealer.open(envelope, bound_to=_place(owner)))
    except (ValueError, binascii.Error, Unreadable, Invalid) as error:
        raise Absent from error


def address(choice: Choice, *, owner: UUID, sealer: Sealer, base: str = "") -> str:
    """The timeline, or another page, of what she chose."""
    base = base or reverse("portfolio:timeline")
    return f"{base}?{PARAMETER}={sealed(choice, owner=owner, sealer=sealer)}" if choice else base


def in_words(choice: Choice, page: TimelinePage) -> list[str]:
    """What is chosen, as she reads it."""
    kind = label_of(choice.kind) if choice.kind else ""
    year = str(choice.year) if choice.year else ""
    gone = gettext("niet meer hier")
    theme = page.theme or (gone if choice.theme else "")
    goal = page.goal or (gone if choice.goal else "")
    return [each for each in (choice.tag, theme, goal, kind, year) if each]


class ChoiceForm(forms.Form):
    """By what she can choose. Everything may stay open."""

    trefwoord = forms.ChoiceField(label=_("Trefwoord"), required=False, widget=forms.Select(attrs=_SELECT))
    thema = forms.ChoiceField(label=_("Thema"), required=False, widget=forms.Select(attrs=_SELECT))
    doel = forms.ChoiceField(label=_("Doel"), required=False, widget=forms.Select(attrs=_SELECT))
    soort = forms.ChoiceField(label=_("Soort"), required=False, widget=forms.Select(attrs=_SELECT))
    jaar = forms.ChoiceField(label=_("Jaar"), required=False, widget=forms.Select(attrs=_SELECT))

    def __init__(self, *args: Any, choices: Choices) -> None:
        super().__init__(*args)
        offered: dict[str, list[tuple[str, str]]] = {
            "trefwoord": [(each, each) for each in choices.tags],
            "thema": [(str(each.id), each.heading) for each in choices.themes],
            "doel": [(str(each.id), each.heading) for each in choices.goals],
            "soort": kind_choices(),
            "jaar": [(str(each), str(each)) for each in choices.years],
        }
        for name, found in offered.items():
            field = self.fields[name]
            if not found:
                del self.fields[name]
            elif isinstance(field, forms.ChoiceField):
                field.choices = [("", gettext("Maakt niet uit")), *found]

    def choice(self) -> Choice:
        """The choice of a valid form."""
        said = {name: self.cleaned_data.get(name, "") for name in ("trefwoord", "thema", "doel", "soort", "jaar")}
        return Choice(
            Kind(said["soort"]) if said["soort"] else None,
            said["trefwoord"][:TAG_CHARACTERS],
            UUID(said["thema"]) if said["thema"] else None,
            UUID(said["doel"]) if said["doel"] else None,
            int(said["jaar"]) if said["jaar"] else None,
        )


@sent_twice("nothing changes: it leads to what she chose")
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: DoorRequest) -> HttpResponse:
    """By kind, tag, theme, goal and year; what she fills in is posted, and leads to an address that says nothing."""
    sealer = keys.sealer_of(request)
    owner = request.viewer.person()
    choices = queries.choices(request.viewer, sealer)
    picking = request.POST.get("voor", "") or request.GET.get("voor", "")
    base = reverse("portfolio:pick", args=[UUID(picking)]) if is_id(picking) else ""
    form = ChoiceForm(request.POST if request.method == "POST" else None, choices=choices)
    if form.is_valid():
        response = HttpResponseRedirect(address(form.choice(), owner=owner, sealer=sealer, base=base))
        response.status_code = 303
        return response
    context = {"form": form, "picking": picking if base else "", "back": base or reverse("portfolio:timeline")}
    return render(request, "portfolio/choose.html", context, status=400 if form.is_bound else 200)


def _place(owner: UUID) -> bytes:
    return b"portfolio choice 1|" + owner.bytes
