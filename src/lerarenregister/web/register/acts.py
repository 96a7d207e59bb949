"""Leaving the register and coming back, and the decisions about her registration with their letters."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.kernel.errors import Absent
from lerarenregister.register import actions, printing, queries
from lerarenregister.register.errors import MergedAway
from lerarenregister.register.printing import DecisionLetter
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.acts import ENDING, ActKind
from lerarenregister.register.rules.ends import EndGround
from lerarenregister.web.accounts.resuming import comes_back
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import nothing_done, once, sent_twice
from lerarenregister.web.processing.terms import in_words
from lerarenregister.web.register.rulebook import ArticleShown, rule_of
from lerarenregister.web.requests import DoorRequest

KINDS: dict[ActKind, Promise] = {
    ActKind.REGISTERED: gettext_lazy("Je staat in het register"),
    ActKind.PROVEN: gettext_lazy("Je staat in het register"),
    ActKind.LEFT: gettext_lazy("Je staat niet meer in het register"),
    ActKind.DECEASED: gettext_lazy("Je registratie is beëindigd"),
    ActKind.PENSION: gettext_lazy("Je registratie is beëindigd"),
    ActKind.UNCONFIRMED: gettext_lazy("Je registratie is beëindigd"),
    ActKind.CORRECTED: gettext_lazy("Je kreeg gelijk: een gegeven telt niet mee"),
    ActKind.RENAMED: gettext_lazy("Je naam of geboortedatum is aangepast"),
    ActKind.MERGED: gettext_lazy("Je registratie geldt als een andere van jou"),
    ActKind.RECEIVED: gettext_lazy("Een andere registratie van jou geldt als deze"),
    ActKind.SPLIT: gettext_lazy("Je registratie staat weer op zichzelf"),
    ActKind.RESTORED: gettext_lazy("Je staat weer in het register"),
}
_GROUNDS: dict[ActKind, Promise] = {
    ActKind.REGISTERED: gettext_lazy("Je bevestigde zelf een aanstelling met een bevoegde grondslag."),
    ActKind.PROVEN: gettext_lazy("Twee medewerkers zagen je bewijs van bevoegdheid, en je bevestigde wat zij zagen."),
    ActKind.LEFT: gettext_lazy("Je vroeg zelf om uit het register te gaan."),
    ActKind.DECEASED: gettext_lazy("Je bestuur meldde dat je bent overleden, en twee medewerkers keken dat na."),
    ActKind.PENSION: gettext_lazy("Je bereikte de pensioenleeftijd en zei niet dat je blijft."),
    ActKind.UNCONFIRMED: gettext_lazy("Je bestuur leverde aan dat je werk eindigde, en je zei daar niets over."),
    ActKind.CORRECTED: gettext_lazy("Je zei dat iets niet klopt, en twee medewerkers waren het met je eens."),
    ActKind.RENAMED: gettext_lazy("Twee medewerkers zagen je bewijs, en je bevestigde wat zij zagen."),
    ActKind.MERGED: gettext_lazy("Twee medewerkers besloten dat twee registraties van één persoon zijn: van jou."),
    ActKind.RECEIVED: gettext_lazy("Twee medewerkers besloten dat twee registraties van één persoon zijn: van jou."),
    ActKind.SPLIT: gettext_lazy("Twee medewerkers besloten dat samenvoegen onjuist was, en maakten het ongedaan."),
    ActKind.RESTORED: gettext_lazy("Je vroeg zelf om terug te komen, of bevestigde opnieuw een aanstelling."),
}


NOTICES: dict[EndGround, Promise] = {
    EndGround.PENSION: gettext_lazy("Je bereikt de pensioenleeftijd"),
    EndGround.UNCONFIRMED: gettext_lazy("Je werk is geëindigd, zegt je bestuur"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in the words of the page."""

    act: queries.ActShown
    title: str
    why: str
    rule: ArticleShown
    remedy: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda: reverse("register:leave"))
@once
def leave(request: DoorRequest) -> HttpResponse:
    """What leaving means; a POST does it."""
    if request.method == "POST":
        try:
            left = actions.leave_register(viewer=request.viewer, at=request.at)
        except MergedAway:
            return nothing_done(_elsewhere())
        answer = HttpResponseRedirect(reverse("register:own") + "?antwoord=eruit")
        return answer if left else nothing_done(answer)
    own = queries.own_registration(request.viewer)
    if own.left:
        return HttpResponseRedirect(reverse("register:own"))
    if own.answers_as:
        return _elsewhere()
    if not own.number:
        raise Absent("she was never in the register")
    kept = in_words(terms_at(request.at).left_registration)
    return render(request, "register/leave.html", {"own": own, "kept": kept})


def _elsewhere() -> HttpResponse:
    """Her registration answers as another one of hers: her page says where she decides about it."""
    return HttpResponseRedirect(reverse("register:own") + "?antwoord=ander")


@sent_twice("she is back after the first, and the second finds her there")
@require_POST
@comes_back(lambda: reverse("register:own"))
def come_back(request: DoorRequest) -> HttpResponse:
    """Back into the register, with the number that she had."""
    try:
        actions.return_to_register(viewer=request.viewer, at=request.at)
    except MergedAway:
        return _elsewhere()
    return HttpResponseRedirect(reverse("register:own") + "?antwoord=terug")


@never_cache
@require_safe
def decision(request: DoorRequest, act: UUID) -> HttpResponse:
    """One decision about her own registration."""
    shown = _decision(queries.own_act(request.viewer, act))
    return render(request, "register/act.html", {"decision": shown})


@never_cache
@limited(Kind.HEAVY, methods=("GET",))
@require_safe
def decision_letter(request: DoorRequest, act: UUID) -> HttpResponse:
    """The same as a letter, in the language of the page."""
    shown = _decision(queries.own_act(request.viewer, act))
    response = HttpResponse(printing.decision_pdf(_letter(shown)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="besluit-{shown.act.effective_on}.pdf"'
    return response


def _decision(act: queries.ActShown) -> Decision:
    if act.kind in ENDING:
        until = date_format(act.decided_at + terms_at(act.decided_at).left_registration, "j F Y")
        remedy = _("Je kunt terugkomen tot {day}, met je oude nummer.").format(day=until)
    elif act.kind in (ActKind.MERGED, ActKind.RECEIVED):
        remedy = _("Klopt dit niet? Maak dan bezwaar bij Mijn gegevens. Het kan in één stap ongedaan worden gemaakt.")
    else:
        remedy = _("Je kunt altijd weer uit het register gaan.")
    why = " ".join(part for part in (str(_GROUNDS[act.kind]), act.motive) if part)
    return Decision(act, str(KINDS[act.kind]), why, rule_of(act.rulebook, act.article), remedy)


def _letter(shown: Decision) -> DecisionLetter:
    act, rule = shown.act, shown.rule
    return DecisionLetter(
        language=get_language() or "nl",
        example=_("Voorbeeld: alle mensen en scholen hier zijn verzonnen.") if settings.DEMO else "",
        sender=_("Lerarenregister"),
        title=shown.title,
        decided=shown.why,
        facts=(
            (_("Registernummer"), act.number),
            (_("Vanaf"), date_format(act.effective_on, "j F Y")),
            (_("Besloten op"), date_format(act.decided_at, "j F Y, H:i")),
            (_("Kenmerk"), str(act.id)),
        ),
        rule_title=_("De regel"),
        rule=_("Reglement, versie {version}, artikel {code}. {text}").format(
            version=act.rulebook, code=f"{rule.code} ({rule.heading})", text=rule.text
        ),
        remedy_title=_("Wat je kunt doen"),
        remedy=shown.remedy,
        no_law=_("Meedoen is vrijwillig. Dit is een besluit van het register zelf, niet op grond van een wet."),
    )
