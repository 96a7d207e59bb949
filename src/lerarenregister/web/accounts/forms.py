"""The forms of the account pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lerarenregister.accounts.permissions import Role
from lerarenregister.kernel.identifiers import new_id

_TEXT = "utrecht-textbox utrecht-textbox--html-input"


class InvitationCodeForm(forms.Form):
    """The code of an invitation, as typed: the form says nothing about whether it is right."""

    code = forms.CharField(
        label=_("Code van de uitnodiging"),
        help_text=_("17 letters en cijfers. Streepjes en spaties mogen, kleine letters ook."),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocapitalize": "characters",
                "autocomplete": "one-time-code",
                "class": _TEXT,
                "spellcheck": "false",
            }
        ),
    )


class InviteForm(forms.Form):
    """Whom to invite, and for which role."""

    formulier = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=new_id)
    known_as = forms.CharField(
        label=_("Voor wie is de uitnodiging?"),
        help_text=_("Een naam waaraan je deze collega herkent. Beheerders van je bestuur zien hem in deze lijst."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": _TEXT}),
    )
    role = forms.ChoiceField(
        label=_("Rol"),
        choices=[
            (Role.BOARD_STAFF.value, _("Medewerker: levert gegevens aan en maakt brieven")),
            (Role.BOARD_MANAGER.value, _("Beheerder: kan dat ook, en nodigt collega’s uit")),
        ],
        widget=forms.Select(attrs={"class": "utrecht-select utrecht-select--html-select"}),
    )
