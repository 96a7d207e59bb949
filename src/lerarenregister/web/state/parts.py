"""What the page about the register's own state brings to the navigation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import Permission
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.requests import DoorRequest


def navigation_items(request: DoorRequest) -> list[NavigationItem]:
    """The page, for an operator."""
    if not request.viewer.may(Permission.PROJECT_STATE_READ):
        return []
    return [NavigationItem(_("Stand"), reverse("state:state"))]
