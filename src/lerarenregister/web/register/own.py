"""Her own pages: her code, what was delivered, her answers, her extract."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.accounts.permissions import SessionKind
from lerarenregister.kernel.canonical import canonical_json
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import CodeRefused, TooManyTries, VersionPassed
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import nothing_done, once
from lerarenregister.web.processing.terms import in_words
from lerarenregister.web.register.acts import NOTICES, title_of
from lerarenregister.web.register.cases import own as cases
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.register.forms import CodeForm, DisputeForm
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda code="": reverse("register:activate"))
@once
def activate(request: DoorRequest, code: str = "") -> HttpResponse:
    """Enter a code. Looking at the page never redeems it, whoever or whatever follows the link in a mail."""
    if request.viewer.session is not SessionKind.PERSON_BOUND:
        if request.method == "POST":
            request.viewer.person()
        onward = request.path if request.method != "POST" else reverse("register:activate")
        context = {"onward": onward, "employer": request.viewer.session is SessionKind.EMPLOYER}
        return _without_referrer(render(request, "register/activate_signed_out.html", context))
    if request.method != "POST":
        return _without_referrer(render(request, "register/activate.html", {"form": CodeForm(initial={"code": code})}))
    form = CodeForm(request.POST)
    if form.is_valid():
        identity = identity_of(request)
        try:
            redeemed = actions.redeem(
                code=form.cleaned_data["code"], identity=identity, viewer=request.viewer, at=request.at
            )
        except CodeRefused:
            form.add_error(
                "code",
                _(
                    "Deze code werkt niet. Kijk de tekens nog eens na. Is de code gebruikt of verlopen? Vraag je "
                    "bestuur dan om een nieuwe brief."
                ),
            )
        except TooManyTries:
            form.add_error("code", _("Je hebt te vaak een verkeerde code ingevuld. Probeer het over een uur weer."))
        else:
            result = "gekoppeld" if redeemed.joined else "later" if redeemed.later else "beoordeling"
            return HttpResponseRedirect(reverse("register:own") + f"?code={result}")
    return render(request, "register/activate.html", {"form": form}, status=400)


def _without_referrer(response: HttpResponse) -> HttpResponse:
    """The address may hold a code: no request that follows from the page tells it, and so no log of a proxy has it."""
    response["Referrer-Policy"] = "strict-origin"
    return response


@never_cache
@require_safe
def registration(request: DoorRequest) -> HttpResponse:
    """Everything that was delivered about her, what she said about it, and what waits for her."""
    own, told = queries.own_registration(request.viewer), cases.lines(request)
    context = {
        "own": own,
        "known": queries.own_name(request.viewer) if own.number else None,
        "open_cases": [each for each in told if each.case.due_on],
        "closed_cases": [each for each in told if not each.case.due_on],
        "notices": [{"id": each.id, "title": NOTICES[each.ground], "ends_on": each.ends_on} for each in own.notices],
        "acts": [{"id": each.id, "title": title_of(each), "effective_on": each.effective_on} for each in own.acts],
        "result": request.GET.get("code", ""),
        "answered": request.GET.get("antwoord", ""),
        "interrupted": interrupted(request),
    }
    return render(request, "register/own.html", context)


@require_POST
@comes_back(lambda: reverse("register:own"))
@once
def confirm(request: DoorRequest) -> HttpResponse:
    """ "Klopt": for one appointment."""
    request.viewer.person()
    try:
        version, person = UUID(request.POST.get("versie", "")), UUID(request.POST.get("persoon", ""))
    except ValueError as error:
        raise Absent from error
    try:
        actions.confirm_appointment(version=version, person=person, viewer=request.viewer, at=request.at)
    except VersionPassed:
        return nothing_done(HttpResponseRedirect(reverse("register:own") + "?antwoord=nieuwer"))
    return HttpResponseRedirect(reverse("register:own") + "?antwoord=klopt")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda version: reverse("register:dispute", args=[version]), "words")
@once
def dispute(request: DoorRequest, version: UUID) -> HttpResponse:
    """ "Klopt niet": she says what is wrong."""
    own = queries.own_registration(request.viewer)
    appointment = next((each for each in own.appointments if each.latest.id == version), None)
    if appointment is None:
        raise Absent("no such version")
    waiting = interrupted(request)
    initial = {"words": appointment.latest.words} | (waiting.typed if waiting else {})
    form = DisputeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.dispute_appointment(
                version=version, words=form.cleaned_data["words"], viewer=request.viewer, at=request.at
            )
        except VersionPassed:
            return nothing_done(HttpResponseRedirect(reverse("register:own") + "?antwoord=nieuwer"))
        except Invalid:
            form.add_error("words", _("Schrijf op wat er niet klopt."))
        else:
            return HttpResponseRedirect(reverse("register:own") + "?antwoord=klopt-niet")
    status = 400 if form.is_bound else 200
    context = {
        "form": form,
        "term": in_words(terms_at(request.at).case_board),
        "appointment": appointment,
        "interrupted": waiting if status == 200 else None,
        "mark": mark_of(request, request.path),
    }
    return render(request, "register/dispute.html", context, status=status)


@never_cache
@require_safe
def extract(request: DoorRequest) -> HttpResponse:
    """Her extract as JSON, to keep."""
    content = canonical_json(queries.extract_of(request.viewer).as_json())
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="uittreksel-lerarenregister.json"'
    return response
