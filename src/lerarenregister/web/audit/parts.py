"""What the page "who looked" brings to the navigation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import Permission, SessionKind
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.requests import DoorRequest


def navigation_items(request: DoorRequest) -> list[NavigationItem]:
    """The log for an auditor; "who looked" in a session of her own: an employer's account shows nothing of hers."""
    items = []
    if request.viewer.may(Permission.AUDIT_LOG_VERIFY):
        items.append(NavigationItem(_("Logboek"), reverse("audit:log")))
    if request.viewer.session is SessionKind.PERSON_BOUND:
        items.append(NavigationItem(_("Wie keek"), reverse("audit:who-looked")))
    return items
