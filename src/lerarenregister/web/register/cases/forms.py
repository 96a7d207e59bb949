"""Forms of cases."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lerarenregister.register.rules.cases import Outcome
from lerarenregister.register.rules.grounds import Ground
from lerarenregister.register.rules.institution_files import SECTORS
from lerarenregister.web.register.cases.words import NAME_PROOFS, PROOFS
from lerarenregister.web.register.subjects import SubjectInput

_TOO_LONG = _("Maak de tekst korter: maximaal 2.000 tekens.")


def _words(label: object, *, missing: object = "", rows: int = 4, help_text: object = "") -> forms.CharField:
    """A field for words; `missing` is what is said when there are none and there must be."""
    return forms.CharField(
        label=label,  # type: ignore[arg-type]  # a lazy text
        help_text=help_text,  # type: ignore[arg-type]
        required=bool(missing),
        max_length=2000,
        error_messages={"required": missing, "max_length": _TOO_LONG},  # type: ignore[dict-item]  # a lazy text
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ReplyForm(forms.Form):
    """Her reply to an answer or a decision."""

    reply = forms.ChoiceField(
        label=_("Wat vind je?"),
        choices=[("content", _("Akkoord")), ("objected", _("Niet mee eens"))],
        error_messages={"required": _("Kies of je het ermee eens bent.")},
        widget=forms.RadioSelect,
    )
    words = _words(_("Waarom niet?"))


class SearchForm(forms.Form):
    """The name or place of her school."""

    school = forms.CharField(
        label=_("Naam of plaats van je school"),
        min_length=3,
        max_length=80,
        error_messages={
            "required": _("Vul een naam of plaats in."),
            "min_length": _("Vul ten minste drie letters in."),
            "max_length": _("Vul een kortere naam in."),
        },
    )


class AskForm(forms.Form):
    """Asking for registration: of a board, or ("" ) of the support organisation."""

    board = forms.CharField(required=False, max_length=5)
    words = _words(
        _("Wat moeten we weten?"),
        help_text=_("Bijvoorbeeld welk vak je geeft, of welk bewijs van bevoegdheid je hebt. Geen BSN."),
    )


class NameForm(forms.Form):
    """A name and birth date: by which she wants to be known."""

    use_required_attribute = False
    given_name = forms.CharField(label=_("Voornamen of voorletters"), required=False, max_length=100)
    name_prefix = forms.CharField(label=_("Tussenvoegsel"), required=False, max_length=40)
    family_name = forms.CharField(
        label=_("Achternaam"), max_length=100, error_messages={"required": _("Vul de achternaam in.")}
    )
    birth_date = forms.DateField(
        label=_("Geboortedatum"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={
            "required": _("Vul de geboortedatum in."),
            "invalid": _("Vul een datum in, zoals 31-12-1980."),
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @staticmethod
    def filled_with(values: Mapping[str, object]) -> dict[str, object]:
        """What the fields begin with. (A form has a `prefix` of its own.)"""
        return {_AS_FIELD.get(name, name): value for name, value in values.items()}

    def seen(self) -> dict[str, Any]:
        """What was filled in, as the register calls it."""
        return {_OF_FIELD.get(name, name): value for name, value in self.cleaned_data.items()}

    def refuse(self, what: str, sentence: str) -> None:
        """Say that this value, as the register calls it, does not fit."""
        name = _AS_FIELD.get(what, what)
        self.add_error(name if name in self.fields else None, sentence)


_AS_FIELD = {"prefix": "name_prefix"}
_OF_FIELD = {field: name for name, field in _AS_FIELD.items()}


class AskNameForm(NameForm):
    """The same, with what shows it."""

    words = _words(
        _("Waaruit blijkt het?"),
        missing=_("Schrijf op waaruit het blijkt: welk bewijs je hebt, en van wie."),
        help_text=_("Bijvoorbeeld een identiteitsbewijs of een akte van de gemeente. Geen BSN."),
    )


class NameProofForm(NameForm):
    """What an officer saw."""

    proof = forms.ChoiceField(
        label=_("Soort bewijs"),
        choices=[("", "—"), *NAME_PROOFS.items()],
        error_messages={"required": _("Kies het soort bewijs.")},
    )


class AnswerForm(forms.Form):
    """A board's answer to a question."""

    answer = forms.ChoiceField(
        label=_("Antwoord"),
        error_messages={"required": _("Kies een antwoord.")},
        widget=forms.RadioSelect,
    )
    staff_number = forms.CharField(label=_("Personeelsnummer"), required=False, max_length=40)
    words = _words(_("Toelichting"), rows=3)

    def __init__(self, *args: object, request: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as any form
        done = _("Deze persoon werkt bij ons, en is aangeleverd") if request else _("Aangepast: aangeleverd wat klopt")
        kept = _("Deze persoon werkt niet bij ons") if request else _("Blijft zoals het is")
        self.fields["answer"].choices = [("done", done), ("kept", kept)]  # type: ignore[attr-defined]  # a choice field
        if not request:
            del self.fields["staff_number"]


class DeathForm(forms.Form):
    """A board reports a death."""

    staff_number = forms.CharField(
        label=_("Personeelsnummer"), max_length=40, error_messages={"required": _("Vul het personeelsnummer in.")}
    )
    on = forms.DateField(
        label=_("Datum van overlijden"),
        error_messages={"required": _("Vul de datum in."), "invalid": _("Vul een datum in, zoals 31-12-2017.")},
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ProposalForm(forms.Form):
    """What an officer proposes, with a motive."""

    outcome = forms.ChoiceField(
        label=_("Voorstel"),
        choices=[(Outcome.GRANTED, _("Toewijzen")), (Outcome.REJECTED, _("Afwijzen"))],
        error_messages={"required": _("Kies een voorstel.")},
        widget=forms.RadioSelect,
    )
    standard = forms.ChoiceField(label=_("Standaardtekst"), required=False)
    words = _words(_("Reden"), help_text=_("De persoon leest dit. Kort en in gewone woorden."))

    def __init__(self, *args: object, texts: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as any form
        self.texts = dict(texts)
        shown = [(code, text if len(text) < 90 else f"{text[:88]}…") for code, text in texts]
        self.fields["standard"].choices = [("", _("Geen")), *shown]  # type: ignore[attr-defined]  # a choice field

    def motive(self) -> str:
        """The standard text that was chosen and what was written under it."""
        chosen = self.texts.get(self.cleaned_data["standard"], "")
        return "\n\n".join(part for part in (chosen, self.cleaned_data["words"].strip()) if part)


class ProofForm(forms.Form):
    """The proof that an officer saw."""

    use_required_attribute = False

    def seen(self) -> dict[str, Any]:
        """What was filled in."""
        return self.cleaned_data

    def refuse(self, what: str, sentence: str) -> None:
        """Say that this value does not fit."""
        self.add_error(what if what in self.fields else None, sentence)

    ground = forms.ChoiceField(label=_("Bevoegdheid"), error_messages={"required": _("Kies de bevoegdheid.")})
    sector = forms.ChoiceField(
        label=_("Sector"),
        choices=[("", "—"), *((each, each) for each in SECTORS)],
        error_messages={"required": _("Kies de sector.")},
    )
    subject = forms.CharField(label=_("Vak"), required=False, max_length=100, widget=SubjectInput)
    level = forms.CharField(label=_("Niveau, als dat erop staat"), required=False, max_length=40)
    proof = forms.ChoiceField(
        label=_("Soort bewijs"),
        choices=[("", "—"), *PROOFS.items()],
        error_messages={"required": _("Kies het soort bewijs.")},
    )
    issuer = forms.CharField(
        label=_("Afgegeven door"), max_length=200, error_messages={"required": _("Vul in wie het bewijs afgaf.")}
    )
    begin = forms.DateField(
        label=_("Afgegeven op"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={"required": _("Vul de datum in."), "invalid": _("Vul een datum in, zoals 31-12-2017.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, grounds: list[Ground], english: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as any form
        names = [(each.code, each.name_en if english else each.name_nl) for each in grounds if each.qualified]
        self.fields["ground"].choices = [("", "—"), *names]  # type: ignore[attr-defined]  # a choice field
