"""Her pages: what she asked and how it stands, asking for registration, saying that she stays."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import AlreadyAsked, CaseMovedOn
from lerarenregister.register.rules.cases import CaseKind, Outcome, Turn
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import nothing_done, once, sent_twice
from lerarenregister.web.register.cases.forms import AskForm, AskNameForm, ReplyForm, SearchForm
from lerarenregister.web.register.cases.words import (
    DECISIONS,
    KINDS,
    OUTCOMES,
    TURNS,
    name_told,
    proof_told,
    steps_told,
)
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.requests import DoorRequest


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list of hers."""

    id: UUID
    title: str
    state: str
    case: queries.CaseShown


def lines(request: DoorRequest) -> list[CaseLine]:
    """Her cases in words, open ones first."""
    found = queries.own_cases(request.viewer, at=request.at)
    return [CaseLine(each.id, str(KINDS[each.kind]), _state(each), each) for each in found]


def _state(case: queries.CaseShown) -> str:
    return str(OUTCOMES[case.outcome]) if case.outcome else str(TURNS[case.turn])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda case: reverse("register:case", args=[case]), "words")
@once
def case(request: DoorRequest, case: UUID) -> HttpResponse:
    """One case of hers, with its steps; a POST is her reply."""
    shown = queries.own_case(request.viewer, case, at=request.at)
    waiting = interrupted(request)
    form = ReplyForm(request.POST or None, initial=waiting.typed if waiting else {})
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["reply"] == "content"
        try:
            actions.reply(
                case=case, content=content, words=form.cleaned_data["words"], viewer=request.viewer, at=request.at
            )
        except Invalid:
            form.add_error("words", _("Schrijf op waarom je het er niet mee eens bent."))
        except CaseMovedOn:
            return nothing_done(HttpResponseRedirect(reverse("register:case", args=[case]) + "?gedaan=verder"))
        else:
            return HttpResponseRedirect(reverse("register:case", args=[case]) + "?gedaan=antwoord")
    status = 400 if form.is_bound else 200
    proposal = shown.proposal
    context = {
        "case": shown,
        "title": KINDS[shown.kind],
        "state": _state(shown),
        "steps": steps_told(shown, for_her=True),
        "form": form,
        "her_turn": shown.turn is Turn.PERSON,
        "died": shown.kind is CaseKind.DEATH and shown.turn is not Turn.NOBODY,
        "may_take_back": shown.kind is not CaseKind.DEATH and shown.turn is not Turn.NOBODY,
        "to_confirm": proof_told(proposal) if proposal and shown.proposed is Outcome.GRANTED else None,
        "name_to_confirm": name_told(proposal.values) if proposal and shown.proposed is Outcome.GRANTED else None,
        "name_asked": name_told(shown.asked),
        "decision": DECISIONS[shown.proposed] if shown.proposed and shown.turn is Turn.PERSON else "",
        "done": request.GET.get("gedaan", ""),
        "interrupted": waiting if status == 200 else None,
        "mark": mark_of(request, request.path),
    }
    return render(request, "register/cases/case.html", context, status=status)


@require_POST
@comes_back(lambda case: reverse("register:case", args=[case]))
@once
def take_back(request: DoorRequest, case: UUID) -> HttpResponse:
    """She takes it back."""
    try:
        actions.take_back(case=case, viewer=request.viewer, at=request.at)
    except CaseMovedOn:
        return nothing_done(HttpResponseRedirect(reverse("register:case", args=[case]) + "?gedaan=verder"))
    return HttpResponseRedirect(reverse("register:case", args=[case]) + "?gedaan=ingetrokken")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda: reverse("register:ask"), "words")
@once
def ask(request: DoorRequest) -> HttpResponse:
    """She asks for registration: of a board, found by a school, or without one."""
    request.viewer.person()
    search = SearchForm(request.GET if "school" in request.GET else None)
    schools = queries.schools_called(search.cleaned_data["school"]) if search.is_valid() else []
    waiting = interrupted(request)
    form = AskForm(request.POST or None, initial=waiting.typed if waiting else {})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_registration(
                board=form.cleaned_data["board"],
                words=form.cleaned_data["words"],
                identity=identity_of(request),
                viewer=request.viewer,
                at=request.at,
            )
        except AlreadyAsked:
            form.add_error(None, _("Je vroeg dit al aan iemand anders. Trek die vraag eerst in."))
        except Absent:
            form.add_error(None, _("Dit bestuur kennen we niet. Zoek je school nog een keer."))
        except Invalid:
            form.add_error("words", _("Schrijf op welk bewijs je hebt: wat het is, van wie en uit welk jaar."))
        else:
            return HttpResponseRedirect(reverse("register:case", args=[made]) + "?gedaan=gevraagd")
    status = 400 if form.is_bound else 200
    context = {
        "form": form,
        "alone": AskForm(request.POST or None, initial=form.initial, auto_id="alleen_%s"),
        "search": search,
        "schools": schools,
        "searched": search.is_bound,
        "interrupted": waiting if status == 200 else None,
        "mark": mark_of(request, request.path),
    }
    return render(request, "register/cases/ask.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda: reverse("register:ask_name"), *AskNameForm.base_fields)
@once
def ask_name(request: DoorRequest) -> HttpResponse:
    """She asks that the register knows her by another name or birth date."""
    own = queries.own_registration(request.viewer)
    if not own.acts:
        raise Absent("she is not in the register")
    known, waiting = queries.own_name(request.viewer), interrupted(request)
    now = AskNameForm.filled_with(asdict(known)) if known else {}
    form = AskNameForm(request.POST or None, initial=waiting.typed if waiting else now)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_name(
                wanted=form.seen(),
                words=form.cleaned_data["words"],
                identity=identity_of(request),
                viewer=request.viewer,
                at=request.at,
            )
        except Invalid as error:
            form.refuse(error.detail, _name_refused(error.detail))
        else:
            return HttpResponseRedirect(reverse("register:case", args=[made]) + "?gedaan=gevraagd")
    context = {
        "form": form,
        "known": known,
        "interrupted": waiting if not form.is_bound else None,
        "mark": mark_of(request, request.path),
    }
    return render(request, "register/cases/name.html", context, status=400 if form.is_bound else 200)


def _name_refused(what: str) -> str:
    return {
        "same": _("Zo kent het register je al. Er is niets te veranderen."),
        "birth_date": _("Deze geboortedatum kan niet kloppen."),
    }.get(what, _("Dit kan geen naam zijn."))


@sent_twice("she stays after the first, and the second finds that")
@require_POST
@comes_back(lambda notice: reverse("register:own"))
def stay(request: DoorRequest, notice: UUID) -> HttpResponse:
    """She says that she stays in the register."""
    actions.stay(notice=notice, viewer=request.viewer, at=request.at)
    return HttpResponseRedirect(reverse("register:own") + "?antwoord=blijft")
