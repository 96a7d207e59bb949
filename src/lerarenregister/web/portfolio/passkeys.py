"""Passkeys of hers: making one with a fresh proof, signing in with one, removing one.

The vault asks and checks; here nothing of an answer is read. Of each question this browser's session keeps the secret,
without which the answer opens nothing; the browser signs its hash.
"""

import base64
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.queries import provider_of
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions import keys as key_actions
from lerarenregister.portfolio.errors import KeysUnusable
from lerarenregister.web.accounts.devices import device_of
from lerarenregister.web.accounts.onward import local_path
from lerarenregister.web.accounts.providers import providers
from lerarenregister.web.accounts.signing_in import signed_in_with_passkey
from lerarenregister.web.counting import count_refused_sign_in
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.requests import DoorRequest
from vault.answers import Asked, Holder
from vault.client import VaultAway, VaultRefused
from vault.passkeys import MOST_CHARACTERS
from vault.rows import Act, erase_ticket

ASKED = "portfolio_passkey_asked"
"""In the session: the secrets of the last questions, by what the browser signs."""
MOST_ASKED = 5
ACTS = (Act.ENROLLED, Act.BY_PASSKEY, Act.COPIED, Act.REMOVED)
"""Lines in the log of a key that name a passkey, by its id."""
_NAME_PLACE = b"name of a passkey"
_UNKNOWN = gettext_lazy("Deze passkey opent hier niets (meer). Log in met je inlogmiddel.")
_BEGIN_ANEW = gettext_lazy("Dit duurde te lang, of je begon in een andere browser. Begin opnieuw.")
_OTHER_DEVICE = gettext_lazy("Dit apparaat maakt passkeys die we niet kunnen gebruiken. Probeer een ander apparaat.")
_WHY = {
    "unknown": _UNKNOWN,
    "handle": _UNKNOWN,
    "counter": gettext_lazy(
        "Deze passkey is geweigerd: er is misschien een kopie van. Log in met je inlogmiddel en verwijder hem."
    ),
    "begun": _BEGIN_ANEW,
    "challenge": _BEGIN_ANEW,
    "proof": _BEGIN_ANEW,
    "taken": gettext_lazy("Deze passkey is hier al bekend. Je hoeft hem niet nog eens toe te voegen."),
    "many": gettext_lazy("Je hebt al tien passkeys. Verwijder er eerst een."),
    "algorithm": _OTHER_DEVICE,
    "key": _OTHER_DEVICE,
    "verification": gettext_lazy(
        "Je apparaat vroeg niet of jij het bent, met een vingerafdruk, je gezicht of een pincode. Dat moet."
    ),
    "away": gettext_lazy("Dit kan nu niet, door een storing bij ons. Probeer het later nog eens, op dezelfde manier."),
}
_log = logging.getLogger(__name__)


class NameForm(forms.Form):
    """How she calls a passkey."""

    name = forms.CharField(
        label=gettext_lazy("Naam van de passkey"),
        help_text=gettext_lazy("Een naam waaraan je het apparaat herkent. Je ziet hem hier, en als je inlogt."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "class": "utrecht-textbox utrecht-textbox--html-input"},
        ),
    )


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as she sees it: its name is "" when this browser can not read it."""

    id: UUID
    name: str
    since: datetime
    used: datetime | None


def in_words(holders: list[Holder], sealer: Sealer) -> list[Passkey]:
    """Her passkeys among what opens her key, the oldest first."""
    return [
        Passkey(UUID(bytes=each.id), _name(each.label, sealer), datetime.fromisoformat(each.since), _moment(each.used))
        for each in holders
        if each.kind == "passkey"
    ]


@sent_twice("a question changes nothing; the answer to the one before still counts")
@limited(Kind.SIGN_IN)
@require_POST
@cache_control(no_store=True)
def ask_to_sign_in(request: DoorRequest) -> HttpResponse:
    """For the script: what the passkey of whoever sits there is to sign."""
    try:
        asked = keys.vault().ask_passkey()
    except (VaultAway, VaultRefused) as error:
        return _not_asked(error)
    return JsonResponse(_kept(request, asked))


@sent_twice("the question is gone from the session after the first time: the second is told to begin anew")
@limited(Kind.SIGN_IN)
@require_POST
@cache_control(no_store=True)
def sign_in(request: DoorRequest) -> HttpResponse:
    """A passkey was used: the vault says whose portfolio it opens, and a session of hers begins."""
    secret, answer = _taken(request), request.POST.get("antwoord", "")
    if not secret or not 0 < len(answer) <= MOST_CHARACTERS:
        return _refused(request, "begun")
    try:
        keys.erase_waiting()  # or the passkey of an account that she closed would open it still
        opened = keys.vault().open_by_passkey(challenge=secret, answer=answer)
        owner = queries.owner_of_key(UUID(bytes=opened.id))
        if owner is None:
            return _refused(request, "unknown")

        def then(response: HttpResponse) -> None:
            key_actions.note_key(viewer=request.viewer, key=UUID(bytes=opened.id), ticket=erase_ticket(opened.key))
            keys.keep(request, response, opened)

        return signed_in_with_passkey(request, owner, local_path(request.POST.get("verder", "/")), then)
    except VaultRefused as error:
        return _refused(request, error.check or error.code)
    except (VaultAway, KeysUnusable) as error:
        _log.warning("the vault did not check a passkey", extra={"check": str(error)})
        return _refused(request, "away")
    except SignInNeeded:
        return _refused(request, "unknown")


@sent_twice("a question changes nothing; the answer to the one before still counts")
@limited(Kind.SIGN_IN)
@pages.private
@require_POST
def ask_to_enrol(request: DoorRequest) -> HttpResponse:
    """For the script: what a new passkey is made with, for who proved a moment ago that she is here."""
    request.viewer.person()
    if not keys.kept_beside(request, keys.PROOF):
        return JsonResponse({"reason": _("Dit duurde te lang. Begin opnieuw.")}, status=400)
    try:
        asked = keys.vault().ask_passkey(ticket=keys.ticket_of(request))
    except (VaultAway, VaultRefused) as error:
        return _not_asked(error)
    said = {"handle": _text(asked.handle), "known": [_text(each) for each in asked.known]}
    return JsonResponse(_kept(request, asked) | said)


@sent_twice("the proof is used up by the first time; the second is told to begin anew, and the list shows the passkey")
@limited(Kind.SIGN_IN, methods=("POST",))
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: DoorRequest) -> HttpResponse:
    """The second step of adding a passkey: a name, and the browser makes it. The first was a fresh sign-in."""
    request.viewer.person()
    proof, sealer = keys.kept_beside(request, keys.PROOF), keys.sealer_of(request)
    if request.method != "POST":
        if not proof:
            return HttpResponseRedirect(reverse("portfolio:own-key"))
        form = NameForm(initial={"name": device_of(request.headers.get("User-Agent", ""))})
        return render(request, "portfolio/passkey_enrol.html", {"form": form})
    form = NameForm(request.POST)
    if proof and not form.is_valid():
        return render(request, "portfolio/passkey_enrol.html", {"form": form}, status=400)
    refusal = _enrolled(request, proof, form, sealer)
    return _not_done(request, refusal) if refusal else HttpResponseRedirect(_own_key("gemaakt"))


def _enrolled(request: DoorRequest, proof: str, form: NameForm, sealer: Sealer) -> str:
    """Have the vault enrol what the browser made; "", or the check that failed. The proof is used up."""
    secret, answer = _taken(request), request.POST.get("antwoord", "")
    if not proof or not secret or not 0 < len(answer) <= MOST_CHARACTERS:
        return "begun"
    request.session.pop(keys.PROOF, None)
    label = base64.b64encode(sealer.seal(form.cleaned_data["name"].encode(), bound_to=_NAME_PLACE)).decode()
    try:
        keys.vault().enrol_passkey(proof=proof, challenge=secret, answer=answer, label=label)
    except VaultRefused as error:
        return error.check or error.code
    except VaultAway as error:
        _log.warning("the vault enrolled no passkey", extra={"check": str(error)})
        return "away"
    return ""


@sent_twice("what is gone already changes nothing; a proof that is used up asks to begin anew")
@limited(Kind.SIGN_IN, methods=("POST",))
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: DoorRequest, passkey_id: UUID) -> HttpResponse:
    """Remove a passkey, with a fresh proof. The sessions that passkeys began end with it."""
    request.viewer.person()
    sealer, proof = keys.sealer_of(request), keys.kept_beside(request, keys.PROOF)
    try:
        going = next((each for each in in_words(keys.holders_of(request), sealer) if each.id == passkey_id), None)
        if going is None:
            raise Absent
        if request.method != "POST":
            context = {"going": going, "proved": bool(proof), "provider": providers().get(provider_of(request.viewer))}
            return render(request, "portfolio/passkey_remove.html", context)
        if not proof:
            return _not_done(request, "begun")
        request.session.pop(keys.PROOF, None)
        accounts.end_passkey_sessions(viewer=request.viewer, at=request.at)  # first: the next answer may be lost
        keys.vault().remove_passkey(proof=proof, passkey=passkey_id.bytes)
    except VaultRefused:
        return _not_done(request, "begun")
    except (VaultAway, KeysUnusable) as error:
        _log.warning("the vault removed no passkey", extra={"check": str(error)})
        return _not_done(request, "away")
    return HttpResponseRedirect(_own_key("weg"))


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _name(label: str, sealer: Sealer) -> str:
    try:
        return sealer.open(base64.b64decode(label), bound_to=_NAME_PLACE).decode()
    except (ValueError, Unreadable):
        return ""


def _kept(request: DoorRequest, asked: Asked) -> dict[str, Any]:
    """Keep the secret of a question in this browser's session; what the script is told."""
    kept: dict[str, str] = request.session.get(ASKED, {})
    kept[asked.challenge] = asked.secret
    request.session[ASKED] = dict(list(kept.items())[-MOST_ASKED:])
    return {"challenge": asked.challenge, "site": asked.site}


def _taken(request: DoorRequest) -> str:
    """The secret of the question that is answered, which is gone from then on; "" when this browser has none."""
    kept: dict[str, str] = request.session.get(ASKED, {})
    secret = kept.pop(request.POST.get("vraag", ""), "")
    if secret:
        request.session[ASKED] = kept
        request.session.save()
    return secret


def _not_asked(error: Exception) -> JsonResponse:
    _log.warning("the vault asked for no passkey", extra={"check": str(error)})
    return JsonResponse({"reason": _why("away")}, status=503)


def _refused(request: DoorRequest, check: str) -> HttpResponse:
    """A page that helps; which check failed stands in the log."""
    count_refused_sign_in("passkey")
    _log.warning("a passkey was refused", extra={"check": check})
    context = {"reason": _why(check)}
    return render(request, "accounts/refused.html", context, status=503 if check == "away" else 400)


def _not_done(request: DoorRequest, check: str) -> HttpResponse:
    _log.warning("a passkey was not added or removed", extra={"check": check})
    context = {"reason": _why(check)}
    return render(request, "portfolio/key_refused.html", context, status=503 if check == "away" else 400)


def _why(check: str) -> str:
    """Why, in words, for a check of the vault or of this page."""
    sentence = _WHY.get(check)
    return str(sentence) if sentence else _("We konden deze passkey niet controleren. Probeer het nog eens.")


def _own_key(done: str) -> str:
    return f"{reverse('portfolio:own-key')}?passkey={done}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
