"""What every request passes: the clock is read once, the viewer is known, refusals become pages."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import DomainError
from lerarenregister.web import errors
from lerarenregister.web.accounts import session
from lerarenregister.web.limits.middleware import still_waiting
from lerarenregister.web.requests import DoorRequest


class DoorMiddleware:
    """Sets `request.at` and `request.viewer`; no cache keeps what somebody who is signed in sees; text is UTF-8.

    Who was told to wait and does not is refused without being looked up: then there is no viewer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        # A request may name any codec of Python for its text, and some make text that can not be stored or shown.
        request.encoding = "utf-8"
        door = cast(DoorRequest, request)
        door.at = clock.now()
        door.waiting = still_waiting(request, door.at)
        if door.waiting:
            return self.get_response(request)
        door.viewer = session.viewer_of(door)
        response = self.get_response(request)
        if door.viewer.signed_in:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal that no view handled; anything else goes on to the 500 page."""
        if isinstance(exception, DomainError):
            return errors.of_domain_error(request, exception)
        if isinstance(exception, RequestDataTooBig):
            return errors.too_large(request)
        return None


class PermissionsPolicyMiddleware:
    """No page may use what a browser can do beyond showing it: no camera, no place, no payment. Nothing here needs it.
    Only for a passkey it may ask, which browsers allow to the pages of a site itself when nothing is said.

    The names are those of https://github.com/w3c/webappsec-permissions-policy/blob/main/features.md.
    """

    NONE = ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "autoplay",
            "bluetooth",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "hid",
            "identity-credentials-get",
            "idle-detection",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "screen-wake-lock",
            "serial",
            "usb",
            "xr-spatial-tracking",
        )
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = self.NONE
        return response


class LanguageMiddleware:
    """Dutch, unless she chose another language: the language of her browser says little about the one she reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
