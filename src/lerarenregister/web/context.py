"""What every page gets."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def base(request: HttpRequest) -> dict[str, Any]:
    """The viewer and the facts of this installation."""
    return {"viewer": getattr(request, "viewer", None), "demo": settings.DEMO}
