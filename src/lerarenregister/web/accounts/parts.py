"""What the account pages bring to the navigation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import Permission
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.requests import DoorRequest


def navigation_items(request: DoorRequest) -> list[NavigationItem]:
    """Her sessions, and the team of each board she manages."""
    if not request.viewer.signed_in:
        return []
    boards = request.viewer.scopes(Permission.ACCOUNTS_ROLE_LIST)
    label = _("Medewerkers") if len(boards) == 1 else _("Medewerkers van {board}")
    teams = [NavigationItem(label.format(board=board), reverse("accounts:staff", args=[board])) for board in boards]
    if request.viewer.scopes(Permission.ACCOUNTS_MANDATE_LIST):
        teams.append(NavigationItem(_("Kantoor"), reverse("accounts:office")))
    return [*teams, NavigationItem(_("Mijn sessies"), reverse("accounts:sessions"))]
