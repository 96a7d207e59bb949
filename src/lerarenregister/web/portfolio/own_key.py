"""The key of her portfolio: what opens it, when it was opened, the recovery code."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.accounts.queries import began_with_passkey, provider_of
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions import keys as key_actions
from lerarenregister.portfolio.errors import KeysUnusable
from lerarenregister.web.accounts.providers import providers
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, linking, pages, passkeys, unlinking
from lerarenregister.web.portfolio.code_form import CodeForm
from lerarenregister.web.requests import DoorRequest
from vault.answers import Line

MOST_LINES = 20
OPENINGS = ("opened", "by-passkey")
RENEWALS = ("code-made", "recovered")
ACTS = {
    "made": gettext_lazy("De sleutel is gemaakt."),
    "opened": gettext_lazy("Je portfolio ging open."),
    "proved": gettext_lazy("Je portfolio ging open, om te veranderen wat het opent."),
    "code-made": gettext_lazy("Je portfolio ging open, en je kreeg een nieuwe herstelcode."),
    "linked": gettext_lazy("Er is een inlogmiddel gekoppeld."),
    "unlinked": gettext_lazy("Er is een inlogmiddel ontkoppeld."),
    "recovered": gettext_lazy("Je portfolio is teruggehaald met de herstelcode."),
    "moved": gettext_lazy("De sleutel verhuisde naar de kluis."),
    "enrolled": gettext_lazy("Er is een passkey toegevoegd."),
    "by-passkey": gettext_lazy("Je portfolio ging open met een passkey."),
    "copied": gettext_lazy("Een passkey is geweigerd: er is misschien een kopie van. Verwijder hem."),
    "removed": gettext_lazy("Er is een passkey verwijderd."),
}


@pages.private
@require_safe
def show(request: DoorRequest) -> HttpResponse:
    """The code while it is new, what opens her portfolio, and when it was opened."""
    code, own = keys.new_code_of(request), unlinking.own_of(request)
    sealer = keys.sealer_of(request)
    context: dict[str, Any] = {
        "code": code,
        "unkept": not code and bool(queries.unkept_code(request.viewer.person())),
        "newer": "nieuwer" in request.GET,
        "provider": providers().get(provider_of(request.viewer)),
        "linked": "gekoppeld" in request.GET,
        "unlinked": "ontkoppeld" in request.GET,
        "recovered": "teruggehaald" in request.GET,
        "passkey": request.GET.get("passkey", ""),
        "with_passkey": began_with_passkey(request.viewer),
    }
    try:
        lines, holders = keys.log_of(request), keys.holders_of(request, own)
    except KeysUnusable:
        context |= {"away": True, "openers": unlinking.openers(own, [])}
        return render(request, "portfolio/own_key.html", context)
    named = passkeys.in_words(holders, sealer)
    names = {each.id.hex: each.name for each in named}
    told = [(datetime.fromisoformat(each.at), ACTS[each.act], via_of(each, names)) for each in shown_of(lines)]
    context["renewed"] = any(each.act in RENEWALS for each in lines)
    context |= {"lines": told, "code_since": unlinking.code_since(holders), "passkeys": named}
    context["openers"] = unlinking.openers(own, holders)
    return render(request, "portfolio/own_key.html", context)


@sent_twice("the code is gone from the session after the first time; it opens what it opened")
@pages.private
@require_POST
def code_kept(request: DoorRequest) -> HttpResponse:
    """She has written the code down or printed it: it is not shown again, and none is made at her next sign-in. When
    another session has a newer one, this one works no more, and she hears so."""
    request.viewer.person()
    code = keys.kept_beside(request, keys.CODE)
    kept = code and key_actions.note_code_kept(viewer=request.viewer, mark=keys.code_mark(code))
    for name in (keys.CODE, keys.UNKEPT) if kept else (keys.CODE,):
        request.session.pop(name, None)
    if code and not kept:
        return HttpResponseRedirect(f"{reverse('portfolio:own-key')}?nieuwer=1")
    return HttpResponseRedirect(reverse("site:home"))


@pages.private
@require_safe
def link(request: DoorRequest) -> HttpResponse:
    """The second step of linking: sign in with the other."""
    request.viewer.person()
    if not keys.kept_beside(request, keys.PROOF):
        return HttpResponseRedirect(reverse("portfolio:own-key"))
    return render(request, "portfolio/link.html", {"own": [each for each in providers().values() if each.person_bound]})


@sent_twice("what is typed is only remembered for the sign-in that follows")
@limited(Kind.SIGN_IN, methods=("POST",))
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: DoorRequest) -> HttpResponse:
    """She lost what opened her portfolio: her recovery code, and then a fresh sign-in with what she has now."""
    request.viewer.person()
    form = CodeForm(request.POST if request.method == "POST" else None)
    ready = request.method == "POST" and form.is_valid()
    if ready:
        request.session[linking.TYPED] = form.cleaned_data["code"]
    context = {"form": form, "ready": ready, "provider": providers().get(provider_of(request.viewer))}
    return render(request, "portfolio/recover.html", context, status=400 if form.errors else 200)


def shown_of(lines: list[Line]) -> list[Line]:
    """The last twenty openings, and all that changed what opens it, however often it was opened since."""
    openings = [each for each in lines if each.act in OPENINGS]
    hidden = set(map(id, openings[MOST_LINES:]))
    return [each for each in lines if id(each) not in hidden]


def via_of(line: Line, names: dict[str, str]) -> str:
    """With what it was: the name of a provider, or of a passkey while she has it."""
    if line.act not in passkeys.ACTS:
        return line.via
    return names.get(line.via, "") or _("Passkey")
