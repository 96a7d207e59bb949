"""How the kinds are called on the pages."""

import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lerarenregister.portfolio.rules.entries import Kind

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


def label_of(kind: Kind) -> str:
    """The name of a kind in the language of the request."""
    return str(KINDS[kind])


def kind_choices() -> list[tuple[str, str]]:
    """All kinds by the alphabet of the language she reads: no kind stands above another."""
    return sorted(((str(kind), label_of(kind)) for kind in Kind), key=lambda choice: _plain(choice[1]))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).casefold()
