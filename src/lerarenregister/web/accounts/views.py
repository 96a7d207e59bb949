"""Her sessions, an invitation, and who may act for a board."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lerarenregister.accounts import actions, queries
from lerarenregister.accounts.actions import NewInvitation
from lerarenregister.accounts.errors import InvitationRefused, SignInNeeded
from lerarenregister.accounts.oidc.providers import PASSKEY
from lerarenregister.accounts.permissions import Permission, Role
from lerarenregister.kernel.errors import Invalid
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.accounts import session
from lerarenregister.web.accounts.forms import InvitationCodeForm, InviteForm
from lerarenregister.web.accounts.providers import providers
from lerarenregister.web.accounts.signing_in import signed_out
from lerarenregister.web.once import once, sent_twice
from lerarenregister.web.requests import DoorRequest


@require_safe
@cache_control(no_store=True)
def sessions(request: DoorRequest) -> HttpResponse:
    """Where she is signed in: device, when it began, when it was last used."""
    rows = queries.sessions_of(request.viewer, limits=session.limits(), at=request.at)
    names = {slug: provider.name for slug, provider in providers().items()} | {PASSKEY: _("Passkey")}
    context = {
        "rows": [{"row": row, "provider": names.get(row.provider, row.provider)} for row in rows],
        "account": request.viewer.account,
        "done": _done(request),
    }
    return render(request, "accounts/sessions.html", context)


@require_POST
@once
def end_session(request: DoorRequest, session_id: UUID) -> HttpResponse:
    """End one of her sessions; this one is signing out."""
    actions.end_session(viewer=request.viewer, session_id=session_id, at=request.at)
    if session_id == request.viewer.session_id:
        return signed_out(request)
    return HttpResponseRedirect(reverse("accounts:sessions") + "?gedaan=sessie")


@require_POST
@once
def end_all_sessions(request: DoorRequest) -> HttpResponse:
    """Sign out everywhere."""
    actions.end_all_sessions(viewer=request.viewer, at=request.at)
    return signed_out(request)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@once
def invitation(request: DoorRequest) -> HttpResponse:
    """Take a role with a code; a GET only shows the form."""
    if not request.viewer.signed_in:
        raise SignInNeeded
    form = InvitationCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.redeem_invitation(viewer=request.viewer, code=form.cleaned_data["code"], at=request.at)
        except (Invalid, InvitationRefused) as refused:
            form.add_error("code", _why_not(refused))
        else:
            return HttpResponseRedirect("/")
    status = 400 if form.errors else 200
    return render(request, "accounts/invitation.html", {"form": form}, status=status)


@sent_twice("the form has an id: the invitation it made before is void, and the code of the last answer works")
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def staff(request: DoorRequest, number: str) -> HttpResponse:
    """Who may act for the board; the manager invites a colleague, whose code is shown once, in the answer itself."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    made: NewInvitation | None = None
    if request.method == "POST":
        request.viewer.must(Permission.ACCOUNTS_INVITATION_CREATE, scope=number)
        if form.is_valid():
            terms = terms_at(request.at)
            made = actions.create_invitation(
                viewer=request.viewer,
                role=Role(form.cleaned_data["role"]),
                scope=number,
                known_as=form.cleaned_data["known_as"],
                role_ends_at=request.at + terms.role,
                valid=terms.invitation,
                at=request.at,
                form=form.cleaned_data["formulier"],
            )
    team = queries.roles_of_board(request.viewer, board=number, at=request.at)
    context = {
        "team": team,
        "roles": [_row(each.id, each.role, each.known_as, each.ends_at, own=each.own) for each in team.roles],
        "invitations": [_row(each.id, each.role, each.known_as, each.expires_at) for each in team.invitations],
        "form": InviteForm() if made else form,
        "made": made,
        "done": "" if request.method == "POST" else _done(request),
        "invitation_address": f"{settings.BASE_URL}{reverse('accounts:invitation')}",
        "made_for": form.cleaned_data["known_as"] if made else "",
    }
    return render(request, "accounts/staff.html", context, status=400 if form.errors else 200)


@require_POST
@once
def end_role(request: DoorRequest, number: str, grant: UUID) -> HttpResponse:
    """End a role for the board."""
    actions.end_role(viewer=request.viewer, grant=grant, board=number, at=request.at)
    request.viewer = session.viewer_of(request)  # it may have been her own
    if not request.viewer.may(Permission.ACCOUNTS_ROLE_LIST, scope=number):
        return HttpResponseRedirect("/")
    return HttpResponseRedirect(reverse("accounts:staff", args=[number]) + "?gedaan=rol")


@require_POST
@once
def withdraw_invitation(request: DoorRequest, number: str, invitation: UUID) -> HttpResponse:
    """Make an unused invitation void."""
    actions.withdraw_invitation(viewer=request.viewer, invitation=invitation, board=number, at=request.at)
    return HttpResponseRedirect(reverse("accounts:staff", args=[number]) + "?gedaan=uitnodiging")


def _row(row_id: UUID, role: Role, known_as: str, until: datetime, *, own: bool = False) -> dict[str, Any]:
    """A role or an invitation, in words."""
    label = _("Beheerder") if role is Role.BOARD_MANAGER else _("Medewerker")
    return {"id": row_id, "name": known_as or _("Zonder naam"), "label": label, "until": until, "own": own}


def _done(request: DoorRequest) -> str:
    """The sentence about what was just done, from the address (`?gedaan=`); "" for none."""
    return {
        "sessie": _("De sessie is beëindigd."),
        "rol": _("De rol is beëindigd."),
        "uitnodiging": _("De uitnodiging is ingetrokken. De code werkt niet meer."),
    }.get(request.GET.get("gedaan", ""), "")


def _why_not(refused: Invalid | InvitationRefused) -> str:
    if isinstance(refused, Invalid):
        return _("Deze code is niet goed overgenomen. Kijk alle 17 tekens nog eens na.")
    if refused.detail == "tries":
        return _("Je hebt te vaak een code geprobeerd. Wacht een uur en probeer het dan opnieuw.")
    return _("Deze code werkt niet. Misschien is hij al gebruikt of verlopen. Vraag je beheerder om een nieuwe.")
