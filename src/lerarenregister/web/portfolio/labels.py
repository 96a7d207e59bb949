"""How the kinds are called on the pages."""

import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.facets import Every, Form, State
from lerarenregister.portfolio.rules.templates import Template, headings

KINDS: dict[Kind, str | Promise] = {
    Kind.CONVERSATION: _("Gesprek"),
    Kind.COURSE: _("Cursus of training"),
    Kind.MENTORING: _("Begeleiden"),
    Kind.OTHER: _("Iets anders"),
    Kind.PEER_REVIEW: _("Intervisie of lesbezoek"),
    Kind.READING: _("Lezen"),
    Kind.SELF_STUDY: _("Zelfstudie"),
    Kind.TRYING_OUT: _("Uitproberen in de les"),
}


FORMS: dict[Form, str | Promise] = {
    Form.ENTRY: _("Vastgelegd"),
    Form.GOAL: _("Doel"),
    Form.THEME: _("Thema"),
    Form.COLLECTION: _("Verzameling"),
    Form.REPEAT: _("Komt terug"),
}
SECTIONS: dict[Form, str | Promise] = {
    Form.GOAL: _("Doelen"),
    Form.THEME: _("Thema’s"),
    Form.COLLECTION: _("Verzamelingen"),
    Form.REPEAT: _("Komt terug"),
}
STATES: dict[State, str | Promise] = {
    State.OPEN: _("Mee bezig"),
    State.REACHED: _("Bereikt"),
    State.LET_GO: _("Losgelaten"),
}
EVERY: dict[Every, str | Promise] = {
    Every.WEEK: _("Elke week"),
    Every.TWO_WEEKS: _("Om de week"),
    Every.MONTH: _("Elke maand"),
}


TEMPLATES: dict[Template, str | Promise] = {
    Template.LEARNED: _("Wat deed ik, wat leerde ik, wat nu"),
    Template.LESSON: _("Een les uitgeprobeerd"),
    Template.CONVERSATION: _("Een gesprek"),
    Template.COURSE: _("Een cursus"),
}


def templates_in(language: str) -> list[tuple[str, str, str]]:
    """With what a text may begin: the word in a form, the name, and the headings."""
    return [(str(each), str(label), headings(each, language)) for each, label in TEMPLATES.items()]


def badge_of(form: Form, kind: Kind) -> str:
    """What a thing is, in one or two words: of an entry its kind."""
    return label_of(kind) if form is Form.ENTRY else str(FORMS[form])


def label_of(kind: Kind) -> str:
    """The name of a kind in the language of the request."""
    return str(KINDS[kind])


def kind_choices() -> list[tuple[str, str]]:
    """All kinds by the alphabet of the language she reads: no kind stands above another."""
    return sorted(((str(kind), label_of(kind)) for kind in Kind), key=lambda choice: _plain(choice[1]))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).casefold()
