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
from lerarenregister.register.rulebook import RULEBOOKS, terms_at
from lerarenregister.register.rules.ends import EndGround
from lerarenregister.web.accounts.resuming import comes_back
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import nothing_done, once, sent_twice
from lerarenregister.web.processing.terms import in_words
from lerarenregister.web.register.language import in_english
from lerarenregister.web.register.rulebook import ArticleShown, rule_of
from lerarenregister.web.requests import DoorRequest

NOTICES: dict[EndGround, Promise] = {
    EndGround.PENSION: gettext_lazy("Je bereikt de pensioenleeftijd"),
    EndGround.WORK_ENDED: gettext_lazy("Je werk is geëindigd, zegt je bestuur"),
}

DECIDERS: dict[str, Promise] = {
    "teacher": gettext_lazy("jij zelf"),
    "support": gettext_lazy("twee medewerkers van de ondersteuning"),
    "job": gettext_lazy("het register, volgens het reglement"),
}
"""Who took it, by the role with which an act is kept. No board and no office decides about a registration."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in the words of the page."""

    act: queries.ActShown
    title: str
    why: str
    rule: ArticleShown
    remedy: str
    decider: Promise


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


def said_of(act: queries.ActShown) -> tuple[str, str, str]:
    """What a decision is called, why it was taken and what she can do: in the language of the page, in the words of the
    rulebook under which it was taken."""
    book = RULEBOOKS.numbered(act.rulebook)
    until = date_format(act.decided_at + book.terms.left_registration, "j F Y")
    return book.letters.decisions[act.kind].said("en" if in_english() else "nl", until)


def title_of(act: queries.ActShown) -> str:
    """What a decision is called."""
    return said_of(act)[0]


def _decision(act: queries.ActShown) -> Decision:
    title, why, remedy = said_of(act)
    rule = rule_of(act.rulebook, act.article)
    return Decision(act, title, f"{why} {act.motive}".strip(), rule, remedy, DECIDERS[act.role])


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
            (_("Besloten door"), str(shown.decider)),
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
