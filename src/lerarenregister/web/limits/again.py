"""What she sent, to be sent again: for the page of an answer that could not do what she asked."""

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware

from lerarenregister.web.limits.rules import MOST_FORM_BYTES


def sent(
    request: HttpRequest, *, most: int = MOST_FORM_BYTES, without_files: bool = False
) -> list[tuple[str, str]] | None:
    """The fields that she sent, in order; None without a form of ours, with more than `most` bytes that were not read
    yet, or with a file in it, unless the page says itself that those must come again (`without_files`).

    Only what came with the token of a page of ours: no other site may have her send again what it made up.
    """
    read = hasattr(request, "_post")
    if request.method != "POST" or (not read and int(request.META.get("CONTENT_LENGTH") or 0) > most):
        return None
    try:
        if settings.CSRF_COOKIE_NAME not in request.COOKIES or _refused_token(request):
            return None
        if request.FILES and not without_files:
            return None
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (DatabaseError, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return None  # what she sent can not be read (any more)
    return [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]


def _refused_token(request: HttpRequest) -> bool:
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    if "CSRF_COOKIE" not in request.META:  # it never came as far as the middleware
        check.process_request(request)
    return check.process_view(request, HttpResponse, (), {}) is not None
