"""What she fills in to share a collection, and the words for it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lerarenregister.portfolio.sharing.errors import MalformedAddress
from lerarenregister.portfolio.sharing.rules.lines import (
    NAME_CHARACTERS,
    NOTE_CHARACTERS,
    PURPOSE_CHARACTERS,
    Asked,
    Audience,
    Way,
    fitting,
)
from lerarenregister.portfolio.sharing.rules.notes import plain
from lerarenregister.portfolio.sharing.rules.receiving import Address

AUDIENCES = {
    Audience.COLLEAGUE: _("Een collega"),
    Audience.OTHER: _("Iemand anders"),
    Audience.EMPLOYER: _("Mijn werkgever of leidinggevende"),
}
WAYS = {
    Way.LINK: _("Met een geheime link"),
    Way.NAME: _("Op naam, met een ontvangstadres"),
}
_BOX = {"class": "utrecht-textbox utrecht-textbox--html-input"}
_TEXT = {"rows": 3, "class": "utrecht-textarea utrecht-textarea--html-textarea"}
_ADDRESS_AT_MOST = 300


class AudienceForm(forms.Form):
    """With whom she shares."""

    wie = forms.ChoiceField(
        label=_("Met wie deel je dit?"),
        choices=[(str(each), label) for each, label in AUDIENCES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies met wie je dit deelt."), "invalid_choice": _("Kies met wie je dit deelt.")},
    )

    @property
    def audience(self) -> Audience:
        """The choice of a valid form."""
        return Audience(self.cleaned_data["wie"])


class ShareForm(forms.Form):
    """For what, until when, under which name, and how."""

    use_required_attribute = False

    waarvoor = forms.CharField(
        label=_("Waarvoor deel je dit?"),
        help_text=_("Dit leest de ander ook. Bijvoorbeeld: om er samen over te praten."),
        widget=forms.TextInput(attrs=_BOX),
        error_messages={"required": _("Schrijf waarvoor je dit deelt.")},
    )
    naam = forms.CharField(
        label=_("Je naam, zoals de ander hem ziet"),
        widget=forms.TextInput(attrs={**_BOX, "autocomplete": "name"}),
        error_messages={"required": _("Vul een naam in, zodat de ander weet van wie dit is.")},
    )
    tot = forms.DateField(
        label=_("Tot en met"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={**_BOX, "type": "date"}),
        error_messages={
            "required": _("Kies tot wanneer de ander dit kan lezen."),
        },
    )
    voor = forms.CharField(
        label=_("Voor wie is het?"),
        help_text=_("Een geheugensteun voor jezelf. Niemand anders ziet dit."),
        required=False,
        widget=forms.TextInput(attrs=_BOX),
    )
    reactie = forms.BooleanField(
        label=_("De ander mag iets terugschrijven. Alleen jij kunt dat lezen."), required=False
    )
    hoe = forms.ChoiceField(
        label=_("Hoe deel je het?"),
        choices=[(str(each), label) for each, label in WAYS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe je het deelt."), "invalid_choice": _("Kies hoe je het deelt.")},
    )
    adres = forms.CharField(
        label=_("Ontvangstadres"),
        help_text=_("Alleen als je op naam deelt. De ander vindt het bij ‘Met mij gedeeld’ en geeft het aan jou."),
        required=False,
        widget=forms.Textarea(attrs={**_TEXT, "spellcheck": "false", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, today: date, most: timedelta, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today, self._most = today, most
        example = gettext("Kies een dag, bijvoorbeeld {day}.").format(day=f"{today + most / 2:%d-%m-%Y}")
        self.fields["tot"].error_messages["invalid"] = example
        self.to: Address | None = None

    def clean_waarvoor(self) -> str:
        """At most 300 characters."""
        return _short(self.cleaned_data["waarvoor"], PURPOSE_CHARACTERS)

    def clean_naam(self) -> str:
        """At most 80 characters."""
        return _short(self.cleaned_data["naam"], NAME_CHARACTERS)

    def clean_voor(self) -> str:
        """At most 120 characters."""
        return _short(self.cleaned_data["voor"], NOTE_CHARACTERS, needed=False)

    def clean_tot(self) -> date:
        """From today on, within the term of the rulebook."""
        until: date = self.cleaned_data["tot"]
        if not fitting(until, today=self._today, most=self._most):
            sentence = gettext("Kies een dag vanaf vandaag, hooguit {days} dagen vooruit.")
            raise forms.ValidationError(sentence.format(days=self._most.days))
        return until

    def clean(self) -> dict[str, Any]:
        """By name needs a good address."""
        data = super().clean() or self.cleaned_data
        if data.get("hoe") == Way.NAME:
            try:
                self.to = Address.parse(str(data.get("adres", ""))[:_ADDRESS_AT_MOST])
            except MalformedAddress:
                sentence = gettext("Dit ontvangstadres klopt niet. Kijk of je alle letters en cijfers hebt.")
                self.add_error("adres", sentence)
        return data

    def asked(self, audience: Audience) -> Asked:
        """What a valid form says."""
        data = self.cleaned_data
        return Asked(data["naam"], data["waarvoor"], data["voor"], audience, data["tot"], data["reactie"])


def _short(text: str, most: int, *, needed: bool = True) -> str:
    said = " ".join(plain(text).split())
    if len(said) > most:
        raise forms.ValidationError(gettext("Maak dit korter: er passen {most} tekens in.").format(most=most))
    if needed and not said:
        raise forms.ValidationError(gettext("Vul dit in."))
    return said
