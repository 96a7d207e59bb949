"""What opens her portfolio at a provider, and taking it away, with a fresh sign-in and a code that is some days old.

The vault says what opens her key, so that what was added there alone, past the accounts, stands in her list too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.errors import LastIdentity
from lerarenregister.accounts.queries import OwnIdentity, own_identities, provider_of
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio.errors import KeysUnusable
from lerarenregister.web.accounts.providers import providers
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, linking, pages
from lerarenregister.web.portfolio.code_form import CodeForm
from lerarenregister.web.requests import DoorRequest
from vault.answers import Holder
from vault.client import VaultAway, VaultRefused
from vault.unlinking import CODE_COUNTS_AFTER


@dataclass(frozen=True, slots=True)
class Opener:
    """An identity that opens her portfolio. `own` is None when only the vault knows it; `needs_code` when a fresh
    sign-in is not enough to take it away."""

    id: UUID
    name: str
    since: datetime
    current: bool
    own: OwnIdentity | None
    needs_code: bool = True


def own_of(request: DoorRequest) -> list[OwnIdentity]:
    """The identities that her account knows; raises SignInNeeded or PersonBoundNeeded."""
    return [each for each in own_identities(request.viewer) if each.person_bound]


def openers(own: Sequence[OwnIdentity], holders: Sequence[Holder]) -> list[Opener]:
    """What opens her portfolio at a provider, the oldest first. `which` of the holders counts in `own`."""
    known = [Opener(each.id, _name_of(each.provider), each.linked_at, each.current, each) for each in own]
    identities = [each for each in holders if each.kind == "identity"]
    now = [_since(each) for each in identities if each.which >= 0 and own[each.which].current]
    unknown = [
        Opener(
            UUID(bytes=each.id),
            each.label,
            _since(each),
            current=False,
            own=None,
            needs_code=not now or _since(each) <= now[0],
        )
        for each in identities
        if each.which < 0
    ]
    return sorted([*known, *unknown], key=lambda each: each.since)


def code_since(holders: Sequence[Holder]) -> datetime | None:
    """Since when her recovery code is there; None while she has none."""
    return next((_since(each) for each in holders if each.kind == "recovery"), None)


@sent_twice("the proof is used up by the first time; the second finds that it is done or asks to begin anew")
@limited(Kind.SIGN_IN, methods=("POST",))
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def unlink(request: DoorRequest, identity_id: UUID) -> HttpResponse:
    """The second step of unlinking: her recovery code; of what only the vault knows, and is younger, nothing more."""
    own = own_of(request)
    try:
        holders = keys.holders_of(request, own)
    except KeysUnusable:
        holders = []
    going = next((each for each in openers(own, holders) if each.id == identity_id), None)
    if going is None or going.current:
        raise Absent
    proof, since = keys.kept_beside(request, keys.PROOF), code_since(holders)
    form = CodeForm(request.POST if request.method == "POST" and going.needs_code else None)
    if request.method == "POST" and proof and (form.is_valid() or not going.needs_code):
        request.session.pop(keys.PROOF)
        try:
            _taken_away(request, going, proof, form.cleaned_data["code"] if going.needs_code else "")
        except (VaultRefused, VaultAway, LastIdentity) as error:
            return linking.refused_for(request, error)
        return HttpResponseRedirect(reverse("portfolio:own-key") + "?ontkoppeld=1")
    counts_from = since + CODE_COUNTS_AFTER if since else None
    context = {
        "form": form,
        "going": going,
        "proved": bool(proof),
        "days": CODE_COUNTS_AFTER.days,
        "counts_from": counts_from if counts_from and counts_from > request.at and going.needs_code else None,
        "provider": providers().get(provider_of(request.viewer)),
    }
    return render(request, "portfolio/unlink.html", context, status=400 if form.errors else 200)


def _taken_away(request: DoorRequest, going: Opener, proof: str, code: str) -> None:
    if going.own is None:
        keys.vault().remove_identity(proof=proof, holder=going.id.bytes, code=code)
        return
    keys.vault().unlink(proof=proof, issuer=going.own.issuer, subject=going.own.subject, code=code)
    accounts.unlink_identity(viewer=request.viewer, identity=going.id, at=request.at)


def _since(holder: Holder) -> datetime:
    return datetime.fromisoformat(holder.since)


def _name_of(slug: str) -> str:
    provider = providers().get(slug)
    return provider.name if provider else slug
