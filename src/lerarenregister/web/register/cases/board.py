"""Pages for a board's staff: questions about its people, and reporting a death."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.kernel.errors import Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import CaseMovedOn, NotTheSamePerson, StaffNumberUnknown
from lerarenregister.register.rules.cases import CaseKind
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import nothing_done, once
from lerarenregister.web.register.cases.forms import AnswerForm, DeathForm
from lerarenregister.web.register.cases.words import KINDS, steps_told
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_safe
def questions(request: DoorRequest, number: str) -> HttpResponse:
    """What waits for an answer of this board, and what it has still to correct."""
    request.viewer.must(Permission.REGISTER_QUESTION_ANSWER, scope=number)
    return _shown(request, number)


def _shown(request: DoorRequest, number: str, wrong: AnswerForm | None = None, of: UUID | None = None) -> HttpResponse:
    waiting = queries.questions_to(number, request.viewer, at=request.at)
    resumed = None if wrong else interrupted(request)
    typed = resumed.typed if resumed else {}
    rows = [
        (
            KINDS[each.kind],
            each,
            steps_told(each),
            wrong if wrong and each.id == of else _form(each.id, each.kind, typed=typed),
        )
        for each in waiting
    ]
    context = {
        "board": queries.board_shown(number, viewer=request.viewer),
        "questions": rows,
        "wrong": wrong,
        "to_correct": queries.to_correct(number, request.viewer, at=request.at),
        "done": request.GET.get("gedaan", ""),
        "interrupted": resumed,
        "mark": mark_of(request, reverse("register:questions", args=[number])),
    }
    return render(request, "register/cases/questions.html", context, status=400 if wrong else 200)


def _form(
    question: UUID, kind: CaseKind, data: QueryDict | None = None, *, typed: dict[str, str] | None = None
) -> AnswerForm:
    prefix = question.hex
    kept = {name.rpartition("-")[2]: text for name, text in (typed or {}).items() if name.startswith(f"{prefix}-")}
    return AnswerForm(data, prefix=prefix, auto_id=f"v{prefix}_%s", initial=kept, request=kind is CaseKind.REQUEST)


@require_POST
@comes_back(lambda number, question: reverse("register:questions", args=[number]), "answer", "words", "staff_number")
@once
def answer(request: DoorRequest, number: str, question: UUID) -> HttpResponse:
    """Answer one."""
    page = reverse("register:questions", args=[number])
    form = _form(question, queries.kind_of_question(question, board=number, viewer=request.viewer), request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.answer_question(
                case=question,
                board=number,
                done=said["answer"] == "done",
                words=said["words"],
                staff_number=said.get("staff_number", ""),
                viewer=request.viewer,
                at=request.at,
            )
        except Invalid:
            form.add_error("words", _("Schrijf op waarom."))
        except StaffNumberUnknown:
            form.add_error(
                "staff_number",
                _("Onder dit nummer is niemand zonder account aangeleverd. Lever deze persoon eerst aan."),
            )
        except NotTheSamePerson:
            form.add_error(
                "staff_number",
                _("De naam of geboortedatum bij dit nummer is anders. Kijk het na, of lever eerst aan wat klopt."),
            )
        except CaseMovedOn:
            return nothing_done(HttpResponseRedirect(page + "?gedaan=verder"))
        else:
            return HttpResponseRedirect(page + "?gedaan=antwoord")
    return _shown(request, number, form, question)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda number: reverse("register:death", args=[number]), "staff_number", "on")
@once
def death(request: DoorRequest, number: str) -> HttpResponse:
    """Report that somebody of the own staff died."""
    request.viewer.must(Permission.REGISTER_DEATH_REPORT, scope=number)
    waiting = interrupted(request)
    form = DeathForm(request.POST or None, initial=waiting.typed if waiting else {})
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_death(
                board=number,
                staff_number=form.cleaned_data["staff_number"],
                on=form.cleaned_data["on"],
                viewer=request.viewer,
                at=request.at,
            )
        except StaffNumberUnknown:
            form.add_error("staff_number", _("Dit personeelsnummer kennen we bij jullie niet."))
        except Invalid:
            form.add_error("on", _("Deze datum kan niet. Kijk hem nog eens na."))
        else:
            return HttpResponseRedirect(reverse("register:questions", args=[number]) + "?gedaan=overlijden")
    status = 400 if form.is_bound else 200
    context = {
        "board": queries.board_shown(number, viewer=request.viewer),
        "form": form,
        "interrupted": waiting if status == 200 else None,
        "mark": mark_of(request, request.path),
    }
    return render(request, "register/cases/death.html", context, status=status)
