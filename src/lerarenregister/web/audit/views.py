"""Who looked at my data."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lerarenregister.accounts.permissions import OFFICE_PREFIX, Permission, SessionKind
from lerarenregister.accounts.queries import own_account
from lerarenregister.audit import queries
from lerarenregister.audit.checkpoints import verifier_key
from lerarenregister.audit.events import Reason
from lerarenregister.audit.keys import public_key
from lerarenregister.register.queries import board_names, subject_ids_of
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.requests import DoorRequest

ROLES: dict[str, Any] = {
    "board-manager": _("beheerder van het bestuur"),
    "board-staff": _("medewerker van het bestuur"),
    "support": _("ondersteuning van het register"),
    "auditor": _("controleur"),
    "operator": _("technisch beheer"),
    "command": _("beheer van het systeem"),
}
BESIDE: list[Callable[[], NavigationItem]] = []
"""What other doors say on the page about who looked; `project.wiring` fills it."""
REASONS: dict[str, Any] = {
    Reason.BOARD_CHECKS_OWN_DELIVERY: _("het bestuur keek na wat het zelf aanleverde"),
    Reason.CASE_IS_DECIDED: _("een vraag of melding over jou werd bekeken om erover te besluiten"),
    Reason.LETTER_IS_PRINTED: _("er is een brief voor je gemaakt"),
    Reason.OBJECTION_IS_ANSWERED: _("een bezwaar van jou werd gelezen om het te beantwoorden"),
    Reason.QUESTION_IS_ANSWERED: _("het bestuur las een vraag van jou om die te beantwoorden"),
    Reason.REVIEW_OF_IDENTITY: _("naam of geboortedatum werd vergeleken"),
    Reason.ROLES_ARE_MANAGED: _("de beheerder keek wie een rol heeft"),
    Reason.SCHOOL_CHANGES_BOARD: _(
        "je school gaat naar een ander bestuur en je personeelsnummer is daar al van een ander"
    ),
}


def role_called(role: str) -> Any:
    """A role in words; that of an office says that it acts in the name of the board."""
    if role.startswith(OFFICE_PREFIX):
        return _("administratiekantoor %(code)s, namens het bestuur") % {"code": role.removeprefix(OFFICE_PREFIX)}
    return ROLES.get(role, role)


@require_safe
def log(request: DoorRequest) -> HttpResponse:
    """How far the log is sealed and how to check it, for the auditor. No event is shown: they are about people."""
    request.viewer.must(Permission.AUDIT_LOG_VERIFY)
    context = {"state": queries.log_state(), "key": verifier_key(settings.AUDIT_ORIGIN, public_key())}
    response = render(request, "audit/log.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def who_looked(request: DoorRequest) -> HttpResponse:
    """Organisation, role, moment and reason of each consultation of her data by somebody else, newest first.

    With an account that an employer gave: of that account, such as a manager who looked at who has a role."""
    account = own_account(request.viewer)
    at_work = request.viewer.session is SessionKind.EMPLOYER
    seen = queries.consultations_of([account] if at_work else subject_ids_of(account), except_by=account)
    names = board_names(sorted({each.organisation for each in seen if each.organisation}))
    rows = [
        {
            "at": each.at,
            "organisation": names.get(each.organisation, each.organisation),
            "role": role_called(each.role),
            "reason": REASONS.get(each.reason, each.reason),
        }
        for each in seen
    ]
    beside = [] if at_work else [link() for link in BESIDE]
    years = terms_at(request.at).accountability.days // 365
    context = {"rows": rows, "at_work": at_work, "beside": beside, "years": years}
    response = render(request, "audit/who_looked.html", context)
    response["Cache-Control"] = "no-store"
    return response
