"""The forms of what is no entry: a goal, a theme, a collection, a repeating activity. One line is enough for each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lerarenregister.portfolio.rules.entries import MOST_CHARACTERS, TITLE_CHARACTERS, Content, Kind
from lerarenregister.portfolio.rules.facets import PLAIN, Every, Facets, Form
from lerarenregister.web.portfolio.forms import EntryForm
from lerarenregister.web.portfolio.labels import EVERY, kind_choices
from lerarenregister.web.portfolio.ordering import DayField, HoursField, OrderFields, TagsField, filled_in

_LINE = {"class": "utrecht-textbox utrecht-textbox--html-input"}
_TEXT = {"rows": 4, "class": "utrecht-textarea utrecht-textarea--html-textarea"}
_SELECT = {"class": "utrecht-select utrecht-select--html-select"}


class ThingForm(forms.Form):
    """One line and a text. The line alone is enough."""

    form: ClassVar[Form]
    titel = forms.CharField(required=False, widget=forms.TextInput(attrs=_LINE))
    tekst = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs=_TEXT))

    def clean_titel(self) -> str:
        """At most 120 characters, and something."""
        title = " ".join(str(self.cleaned_data["titel"]).replace("\x00", "").split())
        if len(title) > TITLE_CHARACTERS:
            raise forms.ValidationError(
                gettext("Maak deze regel korter: er passen 120 tekens in. De rest kan in het veld eronder.")
            )
        if not title:
            raise forms.ValidationError(gettext("Vul hier een paar woorden in."))
        return title

    def clean_tekst(self) -> str:
        """At most 100,000 characters; the text stays on the page."""
        text = str(self.cleaned_data["tekst"]).replace("\r\n", "\n").replace("\x00", "")
        if len(text.strip()) > MOST_CHARACTERS:
            raise forms.ValidationError(gettext("Je tekst is te lang: er passen 100.000 tekens in."))
        return text

    def content(self, today: date, before: Content | None = None) -> Content:
        """The content of a valid form; what the form does not have stays as it was."""
        kind, on = (before.kind, before.on) if before else (Kind.OTHER, today)
        facets = self.filled(before.facets if before else self.new())
        return Content(
            kind,
            on,
            self.cleaned_data["tekst"],
            self.cleaned_data["titel"],
            before.files if before else (),
            facets,
            before.pieces if before else (),
        )

    def new(self) -> Facets:
        """The facets of a new thing of this form."""
        return replace(PLAIN, form=self.form)

    def filled(self, before: Facets) -> Facets:
        """The facets that she filled in, over those that were there."""
        return before


class GoalForm(ThingForm):
    """A sentence, and if she wants why and until when."""

    form = Form.GOAL
    tot = DayField(label=_("Wanneer wil je zover zijn?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["titel"].label = _("Wat wil je leren of bereiken?")
        self.fields["tekst"].label = _("Waarom, en hoe?")

    def filled(self, before: Facets) -> Facets:
        """With the day she aims at."""
        return replace(before, until=self.cleaned_data["tot"])


class ThemeForm(ThingForm):
    """A name, and the words that it gathers: its name is one of them when she names none."""

    form = Form.THEME
    trefwoorden = TagsField(
        label=_("Trefwoorden die erbij horen"),
        help_text=_("Wat zo’n trefwoord heeft, staat bij dit thema. Laat je dit leeg, dan is het de naam zelf."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["titel"].label = _("Hoe heet je thema?")
        self.fields["titel"].help_text = _("Bijvoorbeeld: feedback geven.")
        self.fields["tekst"].label = _("Waar gaat het over?")

    def filled(self, before: Facets) -> Facets:
        """With its words."""
        words = self.cleaned_data["trefwoorden"] or (self.cleaned_data["titel"][:40],)
        return replace(before, tags=words)


class CollectionForm(ThingForm):
    """A name and an introduction."""

    form = Form.COLLECTION

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["titel"].label = _("Hoe heet je verzameling?")
        self.fields["tekst"].label = _("Inleiding")


class RepeatForm(ThingForm, OrderFields):
    """What comes back, how often, and what is filled in when it does."""

    form = Form.REPEAT
    elke = forms.ChoiceField(label=_("Hoe vaak?"), widget=forms.Select(attrs=_SELECT))
    datum = DayField(label=_("Eerste keer"), help_text=_("Laat je dit leeg, dan is het vandaag."))
    soort = forms.ChoiceField(label=_("Soort"), required=False, widget=forms.Select(attrs=_SELECT))
    trefwoorden = TagsField(label=_("Trefwoorden"))
    uren = HoursField(label=_("Uren per keer"))

    field_order = ("titel", "elke", "datum", "soort", "tekst", "trefwoorden", "uren", "doel")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["titel"].label = _("Wat komt terug?")
        self.fields["titel"].help_text = _("Bijvoorbeeld: intervisie met de sectie.")
        self.fields["tekst"].label = _("Tekst die alvast klaarstaat")
        del self.fields["tot"]
        for name, choices in (
            ("elke", [(str(each), str(label)) for each, label in EVERY.items()]),
            ("soort", [("", gettext("Iets anders")), *(each for each in kind_choices() if each[0] != "other")]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def content(self, today: date, before: Content | None = None) -> Content:
        """With its kind, and the day on which it began."""
        content = super().content(today, before)
        kind = Kind(self.cleaned_data["soort"]) if self.cleaned_data["soort"] else Kind.OTHER
        return replace(content, kind=kind, on=self.cleaned_data["datum"] or content.on)

    def new(self) -> Facets:
        """It says how often."""
        return Facets(self.form, every=Every(self.cleaned_data["elke"]))

    def filled(self, before: Facets) -> Facets:
        """With how often, its words, hours and goals."""
        self.cleaned_data["tot"] = None
        return replace(self.facets(before), every=Every(self.cleaned_data["elke"]))


ThingForms = EntryForm | GoalForm | ThemeForm | CollectionForm | RepeatForm
FORMS: Mapping[Form, type[ThingForms]] = {
    Form.ENTRY: EntryForm,
    Form.GOAL: GoalForm,
    Form.THEME: ThemeForm,
    Form.COLLECTION: CollectionForm,
    Form.REPEAT: RepeatForm,
}


def initial_of_thing(content: Content) -> dict[str, Any]:
    """What the form of a thing shows of a content."""
    return filled_in(content) | {
        "tekst": content.text,
        "titel": content.title or content.heading(),
        "datum": content.on,
        "soort": "" if content.kind is Kind.OTHER else str(content.kind),
        "elke": str(content.facets.every or Every.WEEK),
    }


def form_named(posted: str) -> Form | None:
    """The form that a post names: an entry when it names none, None for what does not exist."""
    try:
        return Form(posted or Form.ENTRY)
    except ValueError:
        return None
