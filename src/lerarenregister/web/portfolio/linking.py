"""Two ways to let another sign-in open her portfolio: she shows both, or the new one and her recovery code.

Each is the end of a sign-in with a purpose: the proof is seconds old. The vault and the accounts change together: the
vault is asked inside the transaction of the accounts. When its answer is lost the accounts are as before; asked again
in the same way it does the rest.
"""

import logging
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lerarenregister.accounts.errors import IdentityTaken
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import NOBODY
from lerarenregister.accounts.queries import account_with
from lerarenregister.person import actions as person
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions.keys import UNTOLD, note_code
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.accounts.signing_in import signed_in
from lerarenregister.web.portfolio import keys
from lerarenregister.web.requests import DoorRequest
from vault.answers import Opened
from vault.client import VaultAway, VaultRefused
from vault.unlinking import CODE_COUNTS_AFTER

TYPED = "portfolio_typed_code"
"""In her session: the recovery code that she filled in, until the sign-in that goes with it."""
_TOO_LATE = gettext_lazy("Dit duurde te lang. Begin opnieuw.")
_WHY = {
    "taken": gettext_lazy(
        "Met dat inlogmiddel is al iets gedaan in het register: er is een portfolio, een registratie, een taak, een "
        "vraag aan ons, een eigen apparaat of een ontvangstadres. Daarom koppelen we het niet. Neem eerst mee wat je "
        "wilt houden en sluit dat account."
    ),
    "code": gettext_lazy("Deze herstelcode hoort bij geen enkel portfolio. Kijk of je de nieuwste code hebt."),
    "code-new": gettext_lazy(
        "Deze herstelcode is nog te nieuw om iets mee te ontkoppelen. Dat kan als je hem {days} dagen hebt."
    ),
    "elder": gettext_lazy("Log opnieuw in met het inlogmiddel dat je het langst hebt. Ontkoppel dan nog eens."),
    "tries": gettext_lazy("Je probeerde te vaak een verkeerde code. Probeer het over een uur nog eens."),
    "away": gettext_lazy("Dit kan nu niet, door een storing bij ons. Probeer het later nog eens, op dezelfde manier."),
}
_log = logging.getLogger(__name__)


def second(request: DoorRequest, proof: FreshSignIn, onward: str) -> HttpResponse:
    """She showed the other sign-in, in the session that proved the first: both open one account and one portfolio."""
    account = request.viewer.person()
    try:
        first = keys.kept_beside(request, keys.PROOF)
    except keys.KeyNeeded:
        first = ""
    request.session.pop(keys.PROOF, None)
    if not first or not proof.person_bound:
        return _refused(request, _("Dit duurde te lang, of je begon in een andere browser. Begin opnieuw."))
    try:
        with transaction.atomic():
            person.link_identity(account=account, proof=proof, leaves_nothing=keys.leaves_nothing, at=request.at)
            keys.vault().link(proof=first, challenge=proof.secret, id_token=proof.id_token, replace=True)
    except (IdentityTaken, VaultRefused, VaultAway) as error:
        return refused_for(request, error)
    return HttpResponseRedirect(f"{onward}?gekoppeld=1")


def recovered(request: DoorRequest, proof: FreshSignIn, onward: str) -> HttpResponse:
    """She filled in her recovery code and showed a new sign-in: it opens the account and portfolio of that code."""
    code = request.session.pop(TYPED, "")
    if not code or not proof.person_bound:
        return _refused(request, _("Dit duurde te lang, of je begon in een andere browser. Begin opnieuw."))
    was_here = account_with(issuer=proof.issuer, subject=proof.subject)
    try:
        with transaction.atomic():
            opened = _recovered(request, proof, code)
    except (IdentityTaken, VaultRefused, VaultAway) as error:
        return refused_for(request, error)
    if was_here == request.viewer.account:
        request.viewer = NOBODY  # that account is closed now, and this session with it
    response = signed_in(request, proof, f"{onward}?teruggehaald=1", Purpose.RECOVER)
    keys.keep(request, response, opened)
    return response


def _recovered(request: DoorRequest, proof: FreshSignIn, code: str) -> Opened:
    """The vault says whose code it is; her new sign-in goes to that account. Whether it may is known before: the vault
    uses the code up, for all but this identity."""
    other = account_with(issuer=proof.issuer, subject=proof.subject)
    if other is not None:
        person.hold_empty(account=other, leaves_nothing=keys.leaves_nothing)
    opened = keys.vault().recover(code=code, challenge=proof.secret, id_token=proof.id_token, replace=True)
    owner = queries.owner_of_key(UUID(bytes=opened.id))
    if owner is None:
        raise VaultRefused("unknown")
    note_code(owner=owner, mark=UNTOLD)
    person.link_identity(account=owner, proof=proof, leaves_nothing=keys.leaves_nothing, recovered=True, at=request.at)
    return opened


def _why(error: Exception) -> str:
    _log.warning("an identity was not linked", extra={"check": str(error)})
    match error:
        case IdentityTaken():
            code = "taken"
        case VaultRefused():
            code = error.code
        case _:
            code = "away"
    return _WHY.get(code, _TOO_LATE).format(days=CODE_COUNTS_AFTER.days)


def refused_for(request: DoorRequest, error: Exception) -> HttpResponse:
    """The page that says why, for what the vault or the accounts raised."""
    return _refused(request, _why(error))


def _refused(request: DoorRequest, reason: str) -> HttpResponse:
    response = render(request, "portfolio/key_refused.html", {"reason": reason}, status=400)
    response["Cache-Control"] = "no-store"
    return response
