"""Forms of the pages of her rights."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lerarenregister.person.rules import MOST_CHARACTERS, Rhythm
from lerarenregister.web.processing import shown

TOO_LONG = _("Maak de tekst korter: maximaal 2.000 tekens.")


def activities() -> list[tuple[str, Any]]:
    """What the register does with data about people, by code, in the language of the page; "" is something else."""
    return [*shown.names(), ("", _("Iets anders, of ik weet het niet"))]


class ObjectionForm(forms.Form):
    """To what she objects, and why."""

    activity = forms.ChoiceField(
        label=_("Waar gaat het over?"),
        choices=activities,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Kies iets uit de lijst.")},
    )
    words = forms.CharField(
        label=_("Wat wil je niet, en waarom?"),
        help_text=_("Schrijf het in je eigen woorden. Wat jouw situatie anders maakt, telt mee in het antwoord."),
        max_length=MOST_CHARACTERS,
        error_messages={
            "required": _("Schrijf op waar je bezwaar tegen hebt, en waarom."),
            "max_length": TOO_LONG,
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AnswerForm(forms.Form):
    """Support's answer to an objection."""

    decision = forms.ChoiceField(
        label=_("Antwoord"),
        choices=[("grant", _("Toegewezen: het register stopt ermee")), ("refuse", _("Afgewezen"))],
        error_messages={"required": _("Kies een antwoord.")},
        widget=forms.RadioSelect,
    )
    motive = forms.CharField(
        label=_("Motivering"),
        help_text=_("De persoon leest dit. Schrijf wat er gebeurt, of waarom niet, in gewone woorden."),
        max_length=MOST_CHARACTERS,
        error_messages={"required": _("Schrijf een motivering op."), "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ContactForm(forms.Form):
    """Where and how often she is told that something waits."""

    address = forms.CharField(
        label=_("Mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Vul een mailadres in."),
            "max_length": _("Dit is geen mailadres. Kijk het nog eens na."),
        },
    )
    rhythm = forms.ChoiceField(
        label=_("Hoe vaak?"),
        choices=[
            (Rhythm.ONCE, _("Meteen")),
            (Rhythm.DAILY, _("Eén keer per dag, als er iets is")),
            (Rhythm.WEEKLY, _("Eén keer per week, als er iets is")),
            (Rhythm.NEVER, _("Nooit")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe vaak."), "invalid_choice": _("Kies hoe vaak.")},
    )


class ContactCodeForm(forms.Form):
    """The code that came to the address."""

    code = forms.CharField(
        label=_("Code uit de mail"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": _("Vul de code in."), "max_length": _("Een code heeft negen letters en cijfers.")},
    )
