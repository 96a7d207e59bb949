"""The desk of the support organisation: its queues, and a case on which two people decide."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.kernel.errors import Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import CaseMovedOn, MergedAlready, SecondNeeded
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.cases import CaseKind, Outcome, Turn
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import nothing_done, once, sent_twice
from lerarenregister.web.register.cases.forms import NameProofForm, ProofForm, ProposalForm
from lerarenregister.web.register.cases.twice import found_in, rows_of
from lerarenregister.web.register.cases.words import (
    KINDS,
    TURNS,
    choices_for,
    name_told,
    outcome_in,
    proof_told,
    proposal_in,
    steps_told,
)
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.register.language import in_english
from lerarenregister.web.requests import DoorRequest

_NEEDED = {
    CaseKind.REQUEST: ("ground", "sector", "proof", "issuer", "begin"),
    CaseKind.NAME: ("family_name", "birth_date", "proof"),
}
"""What must be filled in when it is granted."""
_SEEN = tuple(dict.fromkeys((*ProofForm.base_fields, *NameProofForm.base_fields)))
Seen = ProofForm | NameProofForm


@never_cache
@require_safe
def queues(request: DoorRequest) -> HttpResponse:
    """How much waits, and what is due first."""
    found = queries.queues(request.viewer, at=request.at)
    asked = request.GET.get("soort", "")
    kind = CaseKind(asked) if asked in set(CaseKind) else None
    cases = queries.desk_cases(kind, claims=identity_of(request), viewer=request.viewer, at=request.at)
    most = max([each.amount for each in found] + [1])
    context = {
        "queues": [(KINDS[each.kind], each, _bar(each, most)) for each in found if each.amount],
        "besides": queries.besides(request.viewer),
        "waiting": sum(each.amount for each in found),
        "cases": [(KINDS[each.kind], TURNS[each.turn], each) for each in cases],
        "kind": kind,
        "kind_name": KINDS[kind] if kind else "",
        "done": request.GET.get("gedaan", ""),
    }
    return render(request, "register/cases/desk.html", context)


def _bar(queue: queries.Queue, most: int) -> list[tuple[str, int, int]]:
    """The parts of a bar that is 100 long for `most` cases: what is late, due within a week, and the rest; the class,
    the begin and the length of each."""
    parts, begin = [], 0
    for name, amount in (("late", queue.late), ("soon", queue.soon), ("rest", queue.amount - queue.late - queue.soon)):
        length = round(100 * amount / most)
        parts.append((name, begin, length))
        begin += length
    return parts


@never_cache
@require_safe
def case(request: DoorRequest, desk_case: UUID) -> HttpResponse:
    """One case, with what can be done."""
    return _shown(request, desk_case)


def _shown(
    request: DoorRequest,
    case: UUID,
    form: ProposalForm | None = None,
    proof: Seen | None = None,
    refused: str = "",
) -> HttpResponse:
    shown = queries.desk_case(case, claims=identity_of(request), viewer=request.viewer, at=request.at)
    sides = queries.sides_of(case, claims=identity_of(request), viewer=request.viewer, at=request.at)
    waiting = interrupted(request) if form is None else None
    typed = waiting.typed if waiting else {}
    proposal = shown.proposal if shown.turn is Turn.SECOND else None
    context = {
        "case": shown,
        "title": KINDS[shown.kind],
        "state": outcome_in(shown.kind, shown.outcome) if shown.outcome else TURNS[shown.turn],
        "side_rows": rows_of(sides) if sides else [],
        "side_reasons": found_in(sides) if sides else [],
        "steps": steps_told(shown),
        "desk_turn": shown.turn is Turn.DESK,
        "second_turn": shown.turn is Turn.SECOND,
        "closed": shown.turn not in (Turn.DESK, Turn.SECOND),
        "proposal": proposal,
        "proposed": proposal_in(shown.kind, proposal.outcome) if proposal and proposal.outcome else "",
        "proof_seen": proof_told(proposal) if proposal else None,
        "name_seen": name_told(proposal.values) if proposal else None,
        "name_asked": name_told(shown.asked),
        "form": form or _form(request, shown.kind, initial=typed),
        "proof": proof or _seen(request, shown, initial=typed),
        "wrong": bool(form and form.errors) or bool(proof and proof.errors),
        "refused": refused,
        "done": request.GET.get("gedaan", ""),
        "interrupted": waiting,
        "mark": mark_of(request, reverse("register:desk_case", args=[case])),
    }
    return render(request, "register/cases/desk_case.html", context, status=400 if context["wrong"] or refused else 200)


def _form(request: DoorRequest, kind: CaseKind, *, initial: dict[str, str] | None = None) -> ProposalForm:
    texts = [
        (each.code, each.text_en if in_english() else each.text_nl)
        for each in rulebook_at(request.at).texts.values()
        if kind in each.kinds
    ]
    form = ProposalForm(request.POST or None, texts=texts, initial=initial or {})
    if (choices := choices_for(kind)) is not None:
        form.fields["outcome"].choices = choices  # type: ignore[attr-defined]  # a choice field
    return form


def _seen(request: DoorRequest, case: queries.CaseShown, *, initial: dict[str, str]) -> Seen | None:
    """The form of what an officer saw; None when a case of this kind asks for no proof."""
    if case.kind is CaseKind.REQUEST:
        grounds = list(rulebook_at(request.at).grounds.values())
        form: Seen = ProofForm(request.POST or None, grounds=grounds, english=in_english(), initial=initial)
    elif case.kind is CaseKind.NAME:
        form = NameProofForm(request.POST or None, initial=initial or NameProofForm.filled_with(case.asked))
    else:
        return None
    granted = not request.POST or request.POST.get("outcome") == Outcome.GRANTED
    for name in _NEEDED[case.kind]:
        form.fields[name].required = granted
    return form


@require_POST
@comes_back(lambda desk_case: reverse("register:desk_case", args=[desk_case]), "outcome", "words", *_SEEN)
@once
def propose(request: DoorRequest, desk_case: UUID) -> HttpResponse:
    """Propose what to decide."""
    request.viewer.must(Permission.REGISTER_CASE_DECIDE)
    shown = queries.desk_case(desk_case, claims=identity_of(request), viewer=request.viewer, at=request.at)
    form, proof = _form(request, shown.kind), _seen(request, shown, initial={})
    if form.is_valid() & (proof is None or proof.is_valid()):
        try:
            actions.propose(
                case=desk_case,
                outcome=Outcome(form.cleaned_data["outcome"]),
                words=form.motive(),
                values=proof.seen() if proof else {},
                claims=identity_of(request),
                viewer=request.viewer,
                at=request.at,
            )
        except Invalid as error:
            if proof is not None and error.detail != "words":
                proof.refuse(error.detail, _("Vul in wat je zag. Dit kan zo niet."))
            else:
                form.add_error("words", _("Schrijf een reden op, of kies een standaardtekst. Maximaal 2.000 tekens."))
        except CaseMovedOn:
            return nothing_done(_back(desk_case, "verder"))
        else:
            return _back(desk_case, "voorstel")
    return _shown(request, desk_case, form, proof)


@require_POST
@comes_back(lambda proposal: reverse("register:desk"))
@once
def agree(request: DoorRequest, proposal: UUID) -> HttpResponse:
    """Agree to the proposal that was read."""
    case = queries.case_of_proposal(proposal, request.viewer)
    try:
        actions.agree(proposal=proposal, claims=identity_of(request), viewer=request.viewer, at=request.at)
    except SecondNeeded:
        return nothing_done(_back(case, "tweede"))
    except CaseMovedOn:
        return nothing_done(_back(case, "verder"))
    except MergedAlready:
        return nothing_done(_back(case, "al-samen"))
    return HttpResponseRedirect(reverse("register:desk") + "?gedaan=besloten")


@require_POST
@comes_back(lambda proposal: reverse("register:desk"), "words")
@once
def send_back(request: DoorRequest, proposal: UUID) -> HttpResponse:
    """Send the proposal back with a reason."""
    case, words = queries.case_of_proposal(proposal, request.viewer), request.POST.get("words", "")
    try:
        actions.send_back(
            proposal=proposal, words=words, claims=identity_of(request), viewer=request.viewer, at=request.at
        )
    except Invalid:
        return nothing_done(_back(case, "reden"))
    except SecondNeeded:
        return nothing_done(_back(case, "tweede"))
    except CaseMovedOn:
        return nothing_done(_back(case, "verder"))
    return _back(case, "terug")


@sent_twice("it is taken on or let go as asked, also the second time")
@require_POST
@comes_back(lambda desk_case: reverse("register:desk_case", args=[desk_case]))
def take_on(request: DoorRequest, desk_case: UUID) -> HttpResponse:
    """Take the case on, or let it go."""
    request.viewer.must(Permission.REGISTER_CASE_DECIDE)
    mine = request.POST.get("ik") == "ja"
    actions.take_on(case=desk_case, mine=mine, claims=identity_of(request), viewer=request.viewer, at=request.at)
    return _back(desk_case, "van-jou" if mine else "los")


def _back(case: UUID, done: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("register:desk_case", args=[case]) + f"?gedaan={done}")
