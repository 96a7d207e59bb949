"""What the pages of her rights bring to the navigation, and what other doors bring to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import Permission
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.requests import DoorRequest


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that a door adds to her copy, made while it is sent; `sentence` tells what it is, or why it is not there
    (then there are no `pieces`)."""

    name: str
    sentence: str
    pieces: Iterable[bytes] | None


ENCLOSURES: list[Callable[[DoorRequest], Enclosed]] = []
TAKING: list[Callable[[], NavigationItem]] = []
"""Links to what she can take along and bring in elsewhere."""


def navigation_items(request: DoorRequest) -> list[NavigationItem]:
    """Her rights, whoever gave her the identity with which she signed in."""
    if not request.viewer.signed_in:
        return []
    items = [NavigationItem(_("Mijn gegevens"), reverse("person:rights"))]
    if request.viewer.may(Permission.PERSON_OBJECTION_LIST):
        items.insert(0, NavigationItem(_("Bezwaren"), reverse("person:objections")))
    return items
