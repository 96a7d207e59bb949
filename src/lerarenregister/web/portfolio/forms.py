"""The form in which she writes. It carries the id of its entry, the version it saw, and whose it is.

Whose it is, is a keyed hash of account and entry: another session can neither use the form nor learn whose it was. A
second keyed hash proves that the form was made here, so that a text from elsewhere is never shown as hers.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.entries import EARLIEST, MOST_CHARACTERS, TITLE_CHARACTERS, Content, Kind
from lerarenregister.portfolio.rules.facets import PLAIN, Form
from lerarenregister.portfolio.rules.guessing import guess
from lerarenregister.portfolio.rules.heads import DraftContent
from lerarenregister.web.portfolio.labels import kind_choices
from lerarenregister.web.portfolio.ordering import OrderFields, filled_in
from lerarenregister.web.portfolio.uploads import limit_said


@dataclass(frozen=True, slots=True)
class Ticket:
    """The hidden part of a form: the entry's id, the version it shows (0: new), the draft slot's version, the owner."""

    entry: UUID
    base: int
    draft: int
    owner: str

    @classmethod
    def issue(cls, account: UUID, *, entry: UUID | None = None, base: int = 0, draft: int = 0) -> Self:
        """A ticket for this account; without an entry, for a new one with a random id."""
        entry = entry or random_id()
        owner = _keyed("owner", account, entry)
        return cls(entry, base, draft, f"{owner}.{_keyed('issued', owner, entry)}")

    @classmethod
    def read(cls, posted: Mapping[str, Any]) -> Self | None:
        """The ticket in a post, or None when it was not issued here."""
        try:
            ticket = cls(
                UUID(str(posted.get("formulier", ""))),
                int(posted.get("versie", "")),
                int(posted.get("concept", "0") or "0"),
                str(posted.get("eigenaar", "")),
            )
        except ValueError:
            return None
        owner, _dot, issued = ticket.owner.partition(".")
        right = hmac.compare_digest(issued.encode(), _keyed("issued", owner, ticket.entry).encode())
        return ticket if right and 0 <= ticket.base < 2**31 and 0 <= ticket.draft < 2**31 else None

    def belongs_to(self, account: UUID | None) -> bool:
        """Whether this form was made for this account."""
        owner = self.owner.partition(".")[0]
        return account is not None and hmac.compare_digest(owner, _keyed("owner", account, self.entry))


def _keyed(purpose: str, what: object, entry: UUID) -> str:
    return salted_hmac(f"portfolio form {purpose}", f"{what}|{entry}", algorithm="sha256").hexdigest()


class FilesInput(forms.FileInput):
    """Chooses files. The files themselves are in `chosen`: the form only says what is the matter with them."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """With how large a file may be."""
        return super().get_context(name, value, {**(attrs or {}), **limit_said()})


class EntryForm(OrderFields):
    """What she can fill in. Nothing is required: what she leaves open is guessed from the text."""

    form = Form.ENTRY

    tekst = forms.CharField(
        label=_("Wat wil je vastleggen?"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "utrecht-textarea utrecht-textarea--html-textarea"}),
    )
    datum = forms.DateField(
        label=_("Datum"),
        required=False,
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "utrecht-textbox utrecht-textbox--html-input"}
        ),
    )
    soort = forms.ChoiceField(
        label=_("Soort"),
        required=False,
        widget=forms.Select(attrs={"class": "utrecht-select utrecht-select--html-select"}),
    )
    bestanden = forms.Field(
        label=_("Foto of bestand erbij"),
        help_text=_("Uit foto's halen we de plaats en andere verborgen gegevens weg."),
        required=False,
        widget=FilesInput(attrs={"class": "pf-files-input"}),
    )
    titel = forms.CharField(
        label=_("Titel"),
        help_text=_("Laat je dit leeg, dan staat je eerste regel in de lijst."),
        required=False,
        widget=forms.TextInput(attrs={"class": "utrecht-textbox utrecht-textbox--html-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["soort"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", gettext("Kies voor mij")), *kind_choices()]

    def clean_tekst(self) -> str:
        """At most 100,000 characters; the text stays on the page."""
        text = str(self.cleaned_data["tekst"]).replace("\r\n", "\n").replace("\x00", "")
        if len(text.strip()) > MOST_CHARACTERS:
            raise forms.ValidationError(
                gettext(
                    "Je tekst is te lang: er passen 100.000 tekens in, en dit zijn er %(count)s. "
                    "Verdeel je tekst over twee keer vastleggen."
                )
                % {"count": number_format(len(text.strip()), force_grouping=True)}
            )
        return text

    def clean_titel(self) -> str:
        """At most 120 characters."""
        title = " ".join(str(self.cleaned_data["titel"]).replace("\x00", "").split())
        if len(title) > TITLE_CHARACTERS:
            raise forms.ValidationError(gettext("Maak de titel korter: er passen 120 tekens in."))
        return title

    def clean_datum(self) -> date | None:
        """From 1900 on."""
        on: date | None = self.cleaned_data["datum"]
        if on is not None and on < EARLIEST:
            raise forms.ValidationError(gettext("Kies een datum vanaf 1 januari 1900."))
        return on

    def content(self, today: date, before: Content | None = None) -> Content:
        """The content of a valid form; kind and date are guessed when she left them open, and what the form does not
        have stays as it was. Raises Invalid when the last day lies before the first."""
        text = self.cleaned_data["tekst"]
        guessed = guess(text, today)
        kind = Kind(self.cleaned_data["soort"]) if self.cleaned_data["soort"] else guessed.kind
        on, title = self.cleaned_data["datum"] or guessed.on, self.cleaned_data["titel"]
        facets = self.facets(before.facets if before else PLAIN)
        files = before.files if before else ()
        return Content(kind, on, text, title, files, facets)


def initial_of(content: Content) -> dict[str, Any]:
    """What the form shows of a content."""
    shown = {"tekst": content.text, "datum": content.on, "soort": str(content.kind), "titel": content.title}
    return shown | filled_in(content)


def initial_of_draft(draft: DraftContent) -> dict[str, Any]:
    """What the form shows of a draft."""
    shown: dict[str, Any] = {"tekst": draft.text, "titel": draft.title, "datum": draft.on, "soort": draft.kind}
    if draft.more:
        shown |= {"trefwoorden": "", "uren": "", "tot": ""} | dict(draft.more)
        shown["doel"] = [value for name, value in draft.more if name == "doel"]
    return shown
