"""Objecting to what the register does with her data: she writes it, support answers it with a motive."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.accounts.queries import own_account
from lerarenregister.kernel.errors import Invalid
from lerarenregister.person import actions, queries
from lerarenregister.person.errors import TooManyOpen
from lerarenregister.person.queries import OwnObjection, WaitingObjection
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import once
from lerarenregister.web.person.forms import AnswerForm, ObjectionForm, activities
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda: reverse("person:object"), "activity", "words")
@once
def make(request: DoorRequest) -> HttpResponse:
    """She says to what she objects and why; a POST records it, with the day by which she has an answer."""
    own_account(request.viewer)
    waiting = interrupted(request)
    form = ObjectionForm(request.POST or None, initial=waiting.typed if waiting else {"activity": ""})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.make_objection(viewer=request.viewer, activity=said["activity"], words=said["words"], at=request.at)
        except TooManyOpen:
            form.add_error(None, _("Er wachten al vijf bezwaren van je op antwoord. Meer kan niet tegelijk."))
        except Invalid:
            form.add_error("words", _("Schrijf op waar je bezwaar tegen hebt, en waarom."))
        else:
            return HttpResponseRedirect(reverse("person:rights") + "?gedaan=ingediend")
    status = 400 if form.is_bound else 200
    context = {
        "form": form,
        "days": terms_at(request.at).objection.days,
        "interrupted": waiting if status == 200 else None,
        "mark": mark_of(request, request.path),
    }
    return render(request, "person/object.html", context, status=status)


@require_POST
@once
def take_back(request: DoorRequest, asked: UUID) -> HttpResponse:
    """She takes back an objection that waits for an answer."""
    actions.take_back_objection(viewer=request.viewer, objection=asked, at=request.at)
    return HttpResponseRedirect(reverse("person:rights") + "?gedaan=teruggenomen")


def own_shown(request: DoorRequest) -> list[tuple[OwnObjection, str]]:
    """Her objections, each with what it is about in words."""
    names = dict(activities())
    return [(each, str(names.get(each.activity, each.activity))) for each in queries.own_objections(request.viewer)]


@never_cache
@require_safe
def waiting(request: DoorRequest) -> HttpResponse:
    """The objections that wait for an answer."""
    request.viewer.must(Permission.PERSON_OBJECTION_LIST)
    return _shown(request, answered=request.GET.get("gedaan") == "antwoord")


def _shown(
    request: DoorRequest, wrong: AnswerForm | None = None, *, of: UUID | None = None, answered: bool = False
) -> HttpResponse:
    """The objections that wait, each with an empty form; the one that was filled in wrongly comes back as it was."""
    found = queries.objections_waiting(viewer=request.viewer, at=request.at, among=of)
    resumed = None if wrong else interrupted(request)
    typed, names = resumed.typed if resumed else {}, dict(activities())

    def row(each: WaitingObjection) -> tuple[WaitingObjection, str, AnswerForm]:
        form = wrong if wrong and each.id == of else _form(each.id, typed=typed)
        return each, str(names.get(each.activity, each.activity)), form

    context = {
        "objections": [row(each) for each in found],
        "wrong": wrong,
        "answered": answered,
        "interrupted": resumed,
        "mark": mark_of(request, reverse("person:objections")),
    }
    return render(request, "person/objections.html", context, status=400 if wrong else 200)


def _form(objection: UUID, data: QueryDict | None = None, *, typed: dict[str, str] | None = None) -> AnswerForm:
    """The form of one objection, with what was typed in it before the session ended."""
    before = f"{objection.hex}-"
    kept = {name.removeprefix(before): text for name, text in (typed or {}).items() if name.startswith(before)}
    return AnswerForm(data, prefix=objection.hex, auto_id=f"o{objection.hex}_%s", initial=kept)


@require_POST
@comes_back(lambda asked: reverse("person:objections"), "decision", "motive")
@once
def answer(request: DoorRequest, asked: UUID) -> HttpResponse:
    """Answer one, with a motive."""
    request.viewer.must(Permission.PERSON_OBJECTION_ANSWER)
    form = _form(asked, request.POST)
    if not form.is_valid():
        return _shown(request, form, of=asked)
    actions.answer_objection(
        viewer=request.viewer,
        objection=asked,
        granted=form.cleaned_data["decision"] == "grant",
        motive=form.cleaned_data["motive"],
        at=request.at,
    )
    return HttpResponseRedirect(reverse("person:objections") + "?gedaan=antwoord")
