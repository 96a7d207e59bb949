"""The main navigation: each installed door brings its items, `project.wiring` puts them in order."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from lerarenregister.web.requests import DoorRequest


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link in the main navigation."""

    label: str | Promise
    url: str
    current: bool = False


ITEMS: list[Callable[[DoorRequest], list[NavigationItem]]] = []


def items_for(request: DoorRequest) -> list[NavigationItem]:
    """What this viewer sees, with the item of the present page marked."""
    found = [item for items in ITEMS for item in items(request)]
    best = max((item.url for item in found if request.path.startswith(item.url)), key=len, default="")
    return [NavigationItem(item.label, item.url, current=item.url == best) for item in found]
