"""The form in which she fills in a recovery code."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vault.errors import CodeRefused
from vault.recovery import read


class CodeForm(forms.Form):
    """A recovery code as she types it."""

    code = forms.CharField(
        label=gettext_lazy("Herstelcode"),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "utrecht-textbox utrecht-textbox--html-input",
            }
        ),
    )

    def clean_code(self) -> str:
        """What may be a code; a typing error is told at once, and costs no try."""
        try:
            return read(str(self.cleaned_data["code"]))
        except CodeRefused as error:
            raise forms.ValidationError(
                _("Dit is geen herstelcode. Hij heeft 28 letters en cijfers. Kijk of je iets verkeerd typte.")
            ) from error
