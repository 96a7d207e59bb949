"""What every page gets."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from lerarenregister.web.navigation import items_for
from lerarenregister.web.requests import DoorRequest

HEADS: list[Callable[[DoorRequest], SafeString]] = []
"""What doors that can be taken away put in the head of a page, as HTML; `project.wiring` brings them."""


def base(request: HttpRequest) -> dict[str, Any]:
    """The viewer, the navigation (which asks the database) and the facts of this installation."""
    known = hasattr(request, "viewer") and not hasattr(request, "database_away")
    return {
        "viewer": getattr(request, "viewer", None),
        "navigation": items_for(cast(DoorRequest, request)) if known else [],
        "heads": lambda: [each(cast(DoorRequest, request)) for each in HEADS] if known else [],
        "demo": settings.DEMO,
        "source_url": settings.SOURCE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "privacy_email": settings.PRIVACY_EMAIL,
        "complaints_email": settings.COMPLAINTS_EMAIL,
        "organisation": settings.ORGANISATION,
    }
