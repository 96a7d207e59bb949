"""The key of her portfolio: what opens it, when it was opened, the recovery code."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.errors import LastIdentity
from lerarenregister.accounts.queries import began_with_passkey, own_identities, provider_of
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio.errors import KeysUnusable
from lerarenregister.web.accounts.providers import providers
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, linking, pages, passkeys
from lerarenregister.web.requests import DoorRequest
from vault.answers import Line
from vault.client import VaultAway, VaultRefused
from vault.errors import CodeRefused
from vault.recovery import read

MOST_LINES = 20
OPENINGS = ("opened", "by-passkey")
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


class CodeForm(forms.Form):
    """A recovery code as she types it."""

    code = forms.CharField(
        label=gettext_lazy("Herstelcode"),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "utrecht-textbox utrecht-textbox--html-input",
            }
        ),
    )

    def clean_code(self) -> str:
        """What may be a code; a typing error is told at once, and costs no try."""
        try:
            return read(str(self.cleaned_data["code"]))
        except CodeRefused as error:
            raise forms.ValidationError(
                _("Dit is geen herstelcode. Hij heeft 28 letters en cijfers. Kijk of je iets verkeerd typte.")
            ) from error


@pages.private
@require_safe
def show(request: DoorRequest) -> HttpResponse:
    """The code while it is new, what opens her portfolio, and when it was opened."""
    code = keys.kept_beside(request, keys.CODE)
    sealer = keys.sealer_of(request)
    context: dict[str, Any] = {
        "code": code,
        "provider": providers().get(provider_of(request.viewer)),
        "identities": [(each, _name_of(each.provider)) for each in own_identities(request.viewer) if each.person_bound],
        "linked": "gekoppeld" in request.GET,
        "unlinked": "ontkoppeld" in request.GET,
        "recovered": "teruggehaald" in request.GET,
        "passkey": request.GET.get("passkey", ""),
        "with_passkey": began_with_passkey(request.viewer),
    }
    try:
        lines, holders = keys.log_of(request), keys.holders_of(request)
    except KeysUnusable:
        return render(request, "portfolio/own_key.html", context | {"away": True})
    since = [datetime.fromisoformat(each.since) for each in holders if each.kind == "recovery"]
    own = passkeys.in_words(holders, sealer)
    names = {each.id.hex: each.name for each in own}
    told = [(datetime.fromisoformat(each.at), ACTS[each.act], _via(each, names)) for each in shown_of(lines)]
    context |= {"lines": told, "code_since": since[0] if since else None, "passkeys": own}
    return render(request, "portfolio/own_key.html", context)


@sent_twice("the code is gone from the session after the first time; it opens what it opened")
@pages.private
@require_POST
def code_kept(request: DoorRequest) -> HttpResponse:
    """She has written the code down or printed it: it is not shown again."""
    request.viewer.person()
    request.session.pop(keys.CODE, None)
    return HttpResponseRedirect(reverse("site:home"))


@pages.private
@require_safe
def link(request: DoorRequest) -> HttpResponse:
    """The second step of linking: sign in with the other."""
    request.viewer.person()
    if not keys.kept_beside(request, keys.PROOF):
        return HttpResponseRedirect(reverse("portfolio:own-key"))
    return render(request, "portfolio/link.html", {"own": [each for each in providers().values() if each.person_bound]})


@sent_twice("the proof is used up by the first time; the second finds that it is done or asks to begin anew")
@limited(Kind.SIGN_IN, methods=("POST",))
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def unlink(request: DoorRequest, identity_id: UUID) -> HttpResponse:
    """The second step of unlinking: her recovery code."""
    going = next((each for each in own_identities(request.viewer) if each.id == identity_id), None)
    if going is None or going.current:
        raise Absent
    proof = keys.kept_beside(request, keys.PROOF)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and proof and form.is_valid():
        request.session.pop(keys.PROOF)
        try:
            keys.vault().unlink(proof=proof, issuer=going.issuer, subject=going.subject, code=form.cleaned_data["code"])
            accounts.unlink_identity(viewer=request.viewer, identity=going.id, at=request.at)
        except (VaultRefused, VaultAway, LastIdentity) as error:
            return linking.refused_for(request, error)
        return HttpResponseRedirect(reverse("portfolio:own-key") + "?ontkoppeld=1")
    context = {"form": form, "name": _name_of(going.provider), "going": going, "proved": bool(proof)}
    context["provider"] = providers().get(provider_of(request.viewer))
    return render(request, "portfolio/unlink.html", context, status=400 if form.errors else 200)


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


def _via(line: Line, names: dict[str, str]) -> str:
    """With what it was: the name of a provider, or of a passkey while she has it."""
    if line.act not in passkeys.ACTS:
        return line.via
    return names.get(line.via, "") or _("Passkey")


def _name_of(slug: str) -> str:
    provider = providers().get(slug)
    return provider.name if provider else slug
