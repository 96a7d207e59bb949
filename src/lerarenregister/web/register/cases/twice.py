"""Who may be there twice: what was found in words, and the merges that stand, to undo one."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.kernel.errors import Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.rules.likeness import Born, First, Name, Number
from lerarenregister.web.accounts.resuming import comes_back
from lerarenregister.web.once import nothing_done, once
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.requests import DoorRequest

FOUND: dict[str, Promise] = {
    Name.EQUAL: _("Achternaam gelijk"),
    Name.SOUND: _("Achternaam klinkt gelijk"),
    Name.TURNED: _("Dubbele achternaam in andere volgorde"),
    Name.PART: _("Een deel van de achternaam gelijk: misschien getrouwd"),
    Name.TYPO: _("Achternaam op een of twee letters na gelijk"),
    Name.OTHER: _("Achternaam anders"),
    First.EQUAL: _("Voorletters gelijk"),
    First.FITS: _("De een heeft meer voorletters dan de ander"),
    First.ALIKE: _("Voorletters bijna gelijk"),
    First.PARTLY: _("Een voorletter gelijk"),
    First.UNKNOWN: _("Voorletters niet bekend"),
    Born.EQUAL: _("Geboortedatum gelijk"),
    Born.TURNED: _("Dag en maand van geboorte omgedraaid"),
    Born.TYPO: _("Geboortedatum op een cijfer na gelijk"),
    Born.UNKNOWN: _("Geboortedatum niet bekend"),
    Born.OTHER: _("Geboortedatum anders"),
    Number.ALIKE: _("Personeelsnummer heeft dezelfde cijfers"),
    Number.OTHER: _("Ander personeelsnummer bij hetzelfde bestuur"),
    Number.ELSEWHERE: _("Twee verschillende besturen"),
}
_ROWS: tuple[tuple[str, Promise], ...] = (
    ("family_name", _("Achternaam")),
    ("prefix", _("Voorvoegsel")),
    ("initials", _("Voorletters")),
    ("birth_date", _("Geboortedatum")),
    ("board", _("Bestuur")),
    ("staff_number", _("Personeelsnummer")),
    ("joined", _("Heeft een account")),
    ("confirmed", _("Aanstellingen bevestigd")),
    ("number", _("Registernummer")),
    ("answers_as", _("Geldt als")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A field of both."""

    title: Promise
    one: object
    other: object
    differs: bool


def rows_of(sides: queries.Sides) -> list[Row]:
    """Both beside each other, field by field."""
    return [
        Row(title, getattr(sides.one, name), getattr(sides.other, name), sides.differ(name)) for name, title in _ROWS
    ]


def found_in(sides: queries.Sides) -> list[Promise]:
    """Why they were found."""
    return [FOUND[each] for each in sides.found if each in FOUND]


@never_cache
@require_safe
def merges(request: DoorRequest) -> HttpResponse:
    """The merges that stand, or those of one number."""
    return _shown(request, request.GET.get("nummer", "")[:40])


def _shown(request: DoorRequest, number: str, wrong: str = "") -> HttpResponse:
    unknown = False
    try:
        found = queries.merges_standing(number, viewer=request.viewer, at=request.at)
    except Invalid:
        found, unknown = [], True
    context = {"merges": found, "number": number, "unknown": unknown, "wrong": wrong}
    return render(request, "register/cases/merges.html", context, status=400 if wrong or unknown else 200)


@require_POST
@comes_back(lambda merge: reverse("register:merges"), "words")
@once
def undo(request: DoorRequest, merge: UUID) -> HttpResponse:
    """Propose that two registrations stand each for itself again."""
    request.viewer.must(Permission.REGISTER_CASE_DECIDE)
    words = request.POST.get("words", "")
    try:
        case = actions.propose_undo(
            merge=merge, words=words, claims=identity_of(request), viewer=request.viewer, at=request.at
        )
    except Invalid:
        return nothing_done(HttpResponseRedirect(reverse("register:merges") + "?gedaan=reden"))
    return HttpResponseRedirect(reverse("register:desk_case", args=[case]) + "?gedaan=voorstel")
