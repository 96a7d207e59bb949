"""Subjects in forms and on pages: the names of the rulebook's table, beside what was delivered."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.web.register.language import in_english


def called(written: str) -> str:
    """What a subject is called on an English page, when the rulebook knows it; else, and in Dutch, as it was written:
    what a board delivered is not edited."""
    known = RULEBOOKS.subject(written) if in_english() else None
    return known.name_en if known else written


class SubjectInput(forms.TextInput):
    """A text with the subjects of the newest rulebook to choose from; another may be written as well."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The input and its list, which has the id of the input with `_vakken`."""
        key = f"{(attrs or {}).get('id', name)}_vakken"
        field = super().render(name, value, {**(attrs or {}), "list": key, "autocomplete": "off"}, renderer)
        names = [(each.name_nl,) for each in RULEBOOKS.all[-1].subjects.values()]
        options = format_html_join("", '<option value="{}"></option>', names)
        return format_html('{}<datalist id="{}">{}</datalist>', field, key, options)
