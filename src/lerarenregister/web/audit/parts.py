"""What the page "who looked" brings to the navigation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import SessionKind
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.requests import DoorRequest


def navigation_items(request: DoorRequest) -> list[NavigationItem]:
    """For a session of her own: an employer's account shows nothing of hers."""
    if request.viewer.session is not SessionKind.PERSON_BOUND:
        return []
    return [NavigationItem(_("Wie keek"), reverse("audit:who-looked"))]
