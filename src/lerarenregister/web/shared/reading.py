"""A copy that is open in a browser: its secret in a cookie that only these pages get, for two hours at most."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lerarenregister.kernel.envelopes import Unreadable
from lerarenregister.portfolio.sharing import actions, queries
from lerarenregister.portfolio.sharing.errors import MalformedSecret, NotShared, OpenedTooOften
from lerarenregister.portfolio.sharing.queries import OpenCopy
from lerarenregister.portfolio.sharing.rules.secrets import Secret
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.site.cookies import Cookie

COOKIE, PATH = "gedeeld", "/gedeeld/"
LASTS = timedelta(hours=2)
View = Callable[..., HttpResponseBase]


def cookie() -> Cookie:
    """What the statement on cookies says of it."""
    return Cookie(
        COOKIE,
        _("Een gedeelde kopie lezen die jij opende, alleen in deze browser en alleen op die pagina’s."),
        _("Als je een gedeelde kopie opent."),
        LASTS,
    )


def shared(view: View) -> View:
    """A view about a copy: no cache keeps its answer, no search engine follows it, and whatever keeps a copy from being
    read, the answer is one and the same."""

    @wraps(view)
    def answered(request: DoorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except (NotShared, Unreadable):
            typed = request.POST.get("tekst", "").strip() if request.method == "POST" else ""
            response = render(request, "shared/not_shared.html", {"typed": typed}, status=404)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return answered


def begin(request: DoorRequest, secret: Secret) -> HttpResponse:
    """Open the copy of a secret, which its owner can see, and go on to it. Raises NotShared.

    One that was opened too often stays shut, and says so to whoever has the secret.
    """
    copy = queries.opened(secret, at=request.at)
    try:
        actions.note_opening(copy=copy, at=request.at)
    except OpenedTooOften:
        return render(request, "shared/too_often.html", status=409)
    response = HttpResponseRedirect(reverse("shared:read"))
    response.status_code = 303
    response.set_cookie(
        COOKIE,
        secret.text,
        max_age=LASTS,
        path=PATH,
        httponly=True,
        samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return response


def open_here(request: DoorRequest) -> OpenCopy:
    """The copy that is open in this browser; raises NotShared."""
    try:
        secret = Secret.parse(request.COOKIES.get(COOKIE, ""))
    except MalformedSecret as error:
        raise NotShared from error
    return queries.opened(secret, at=request.at)


def forget(response: HttpResponse) -> None:
    """Close the copy in this browser."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")


def close_at_sign_out(_request: DoorRequest, response: HttpResponse) -> None:
    """Signing out closes it too."""
    forget(response)
