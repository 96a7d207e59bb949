"""Forms of the register's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """Her activation code."""

    code = forms.CharField(
        label=_("Activatiecode"),
        help_text=_(
            "De code staat in je brief of mail: 17 letters en cijfers. Streepjes en hoofdletters maken niet uit."
        ),
        max_length=60,
        error_messages={"required": _("Vul de code in.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class DisputeForm(forms.Form):
    """What is wrong, in her words."""

    words = forms.CharField(
        label=_("Wat klopt er niet?"),
        help_text=_("Schrijf het in je eigen woorden. Je bestuur is de bron van deze gegevens."),
        max_length=2000,
        error_messages={
            "required": _("Schrijf op wat er niet klopt."),
            "max_length": _("Maak de tekst korter: maximaal 2.000 tekens."),
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DecisionForm(forms.Form):
    """Support's decision on a review."""

    decision = forms.ChoiceField(
        label=_("Besluit"),
        choices=[("accept", _("Zelfde persoon: koppelen")), ("refuse", _("Niet koppelen"))],
        error_messages={"required": _("Kies een besluit.")},
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Reden"),
        max_length=2000,
        error_messages={"required": _("Schrijf een reden op.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FileForm(forms.Form):
    """A file to deliver; only for its label and help: the bytes go past it."""

    bestand = forms.FileField(
        label=_("CSV-bestand of Excel-werkmap"),
        help_text=_(
            "CSV: maximaal 200 MB en 500.000 regels. Excel: maximaal 25 MB en 100.000 regels. "
            "Zet er geen burgerservicenummers (BSN) in."
        ),
        error_messages={"required": _("Kies een bestand.")},
    )
