"""The optional fields of a form: tags, goals, a last day, hours; and what a form carries from page to page."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.queries import Named
from lerarenregister.portfolio.rules.entries import EARLIEST, Content
from lerarenregister.portfolio.rules.facets import (
    MOST_QUARTERS,
    MOST_TAGS,
    TAG_CHARACTERS,
    Facets,
    tags_in,
)

MORE = "meer"
"""Says that a form has the optional fields: one that does not have them leaves them as they are."""
SHOWN = "getoond"
"""The goals that a form shows, in one field: a link to anything else stays, ticked or not."""
_HIDDEN = frozenset({"csrfmiddlewaretoken", "formulier", "versie", "concept", "eigenaar", "tekst"})
_OF_FILES = frozenset({"bestand", "wacht", "weg", "bestanden", "einde"})
_HOURS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,2})?|\.[0-9]{1,2}")
_TYPED_AT_MOST = 2_000
_BOX = {"class": "utrecht-textbox utrecht-textbox--html-input"}


class GoalsField(forms.TypedMultipleChoiceField):
    """Ticks for goals. Which of them are hers, the action sees to: a goal that is gone must not stand in her way."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Whether it is an id at all."""
        return is_id(str(value))


class TagsField(forms.CharField):
    """Plain words, with commas between them. Cleans to a tuple."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {**_BOX, "list": "eigen-trefwoorden", "data-words": "", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        """At most 20 words of 40 characters."""
        typed = str(super().clean(value))
        try:
            if len(typed) <= _TYPED_AT_MOST:
                return tags_in(typed)
        except Invalid:
            pass
        raise forms.ValidationError(
            gettext("Gebruik hooguit %(most)s trefwoorden, elk van hooguit %(characters)s tekens.")
            % {"most": MOST_TAGS, "characters": TAG_CHARACTERS}
        )


class HoursField(forms.CharField):
    """Hours as she writes them: `1,5` or `1.5`. Cleans to quarters of an hour, or None."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": f"{_BOX['class']} lr-short", "inputmode": "decimal"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        """Whole quarters of an hour, up to 10,000 hours."""
        typed = str(super().clean(value)).replace(",", ".")
        if not typed:
            return None
        if _HOURS.fullmatch(typed):  # and no exponent: a few characters of it make a number of millions of digits
            quarters = Decimal(typed) * 4
            if quarters == int(quarters) and 0 < quarters <= MOST_QUARTERS:
                return int(quarters)
        raise forms.ValidationError(gettext("Vul uren in als 1, 0,5 of 2,25: hele uren, halve uren of kwartieren."))


class DayField(forms.DateField):
    """A day that may be left open."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={**_BOX, "type": "date"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> date | None:
        """From 1900 on."""
        on = cast("date | None", super().clean(value))
        if on is not None and on < EARLIEST:
            raise forms.ValidationError(gettext("Kies een datum vanaf 1 januari 1900."))
        return on


class OrderFields(forms.Form):
    """The optional fields of an entry."""

    trefwoorden = TagsField(
        label=_("Trefwoorden"), help_text=_("Woorden van jezelf, met komma’s ertussen. Daarmee vind je het terug.")
    )
    doel = GoalsField(label=_("Dit hoort bij een doel"))
    tot = DayField(label=_("Laatste dag"), help_text=_("Voor iets dat langer dan een dag duurde."))
    uren = HoursField(label=_("Uren"), help_text=_("Alleen als je het zelf wilt weten. Bijvoorbeeld 1,5."))

    def offer_goals(self, goals: Iterable[Named]) -> None:
        """Show these goals, to tick."""
        offered = [(str(each.id), each.heading) for each in goals]
        field = self.fields["doel"]
        if isinstance(field, forms.ChoiceField):
            field.choices = offered

    @property
    def shown(self) -> list[str]:
        """The ids of the goals that the form shows."""
        field = self.fields["doel"]
        return [str(key) for key, _label in cast("list[tuple[str, str]]", getattr(field, "choices", []))]

    @property
    def more_filled(self) -> bool:
        """Whether the fields that are folded away say something, or something is wrong there."""
        return any(self[name].value() or self[name].errors for name in ("tot", "uren", "doel"))

    def facets(self, before: Facets) -> Facets:
        """The facets of a valid form, over those that were there; raises TooManyLinks."""
        data = cast(QueryDict, self.data)
        if MORE not in data:
            return before
        shown = set(str(data.get(SHOWN, "")).split())
        kept = [each for each in before.links if str(each) not in shown]
        links = (*kept, *self.cleaned_data["doel"])
        return replace(
            before,
            tags=self.cleaned_data["trefwoorden"],
            quarters=self.cleaned_data["uren"],
            until=self.cleaned_data["tot"],
            links=links,
        )


def is_id(told: str) -> bool:
    """Whether this is an id at all."""
    try:
        UUID(told)
    except ValueError:
        return False
    return True


def filled_in(content: Content) -> dict[str, Any]:
    """What the optional fields show of a content."""
    facets = content.facets
    return {
        "trefwoorden": ", ".join(facets.tags),
        "uren": hours_of(facets.quarters),
        "tot": facets.until,
        "doel": [str(each) for each in facets.links],
    }


def hours_of(quarters: int | None) -> str:
    """Quarters of an hour as hours: `1,5`, or "" for none."""
    if quarters is None:
        return ""
    return number_format((Decimal(quarters) / 4).normalize(), use_l10n=True) if quarters % 4 else str(quarters // 4)


def carried(posted: QueryDict) -> list[tuple[str, str]]:
    """All fields of a post but her text, the hidden part and the files, to come along in another form."""
    return [(name, value) for name, values in posted.lists() if name not in _HIDDEN | _OF_FILES for value in values]


def more_of(posted: QueryDict) -> tuple[tuple[str, str], ...]:
    """The optional fields of a form, as she typed them; () when it does not have them."""
    if MORE not in posted:
        return ()
    names = (MORE, "trefwoorden", "uren", "tot", SHOWN, "doel")
    return tuple((name, value) for name in names for value in posted.getlist(name))
