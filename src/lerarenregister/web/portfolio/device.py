"""A device that she marked as hers: only there a worker is registered and something stays, and it goes at sign-out.

The mark is a cookie with an opaque tag of her account. It opens nothing: it says that this browser may keep texts for
her while there is no connection, and by it another account is told apart. Why: docs/decisions/0023.
"""

import enum
import hashlib
import hmac
import json
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.portfolio.actions.keys import note_elsewhere
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.site.cookies import Cookie

COOKIE = "apparaat"
KEPT = timedelta(days=365)
_OTHER = "portfolio_other_device"
_WIPE = '"storage"'
"""Clear-Site-Data: IndexedDB, caches and workers of this site. A browser that does not know it, `device.js` wipes."""
_FILES = (
    "web/nlds.css",
    "web/tokens.css",
    "web/site.css",
    "web/icon.svg",
    "portfolio/portfolio.css",
    "portfolio/queue.js",
    "portfolio/offline.js",
)

MEMORY = _(
    "Zeg je dat dit je eigen apparaat is? Dan bewaart je browser een lege schrijfpagina en wat je zonder verbinding "
    "schrijft, versleuteld, tot het is verstuurd. Als je uitlogt, wordt dat gewist."
)


class Standing(enum.StrEnum):
    """What this browser is to who asks."""

    NOT_MARKED = "not-marked"
    HERS = "hers"
    SIGNED_OUT = "signed-out"
    OF_ANOTHER = "of-another"


def tag_of(account: UUID) -> str:
    """By what a device knows whose texts it keeps. It says nothing elsewhere."""
    return salted_hmac("portfolio device", str(account), algorithm="sha256").hexdigest()[:32]


def standing(request: DoorRequest) -> Standing:
    """What the mark of this browser says."""
    marked = request.COOKIES.get(COOKIE, "")
    if request.viewer.account is None:
        return Standing.SIGNED_OUT if marked else Standing.NOT_MARKED
    if _OTHER in request.session:
        return Standing.OF_ANOTHER
    hers = hmac.compare_digest(marked.encode(), tag_of(request.viewer.account).encode())
    return Standing.HERS if hers else Standing.NOT_MARKED


def mark_cookie() -> Cookie:
    """What the statement on cookies says of the mark."""
    purpose = _("Onthouden dat dit je eigen apparaat is, zodat je ook zonder verbinding kunt schrijven.")
    return Cookie(COOKIE, purpose, _("Alleen als je zegt dat dit je eigen apparaat is. Weg als je uitlogt."), KEPT)


def at_sign_in(request: DoorRequest, response: HttpResponse, _proof: FreshSignIn | None, _purpose: Purpose) -> None:
    """Her own device is hers for another year; what somebody else left here goes, read by nobody."""
    marked = request.COOKIES.get(COOKIE, "")
    if not marked or request.viewer.account is None:
        return
    if hmac.compare_digest(marked.encode(), tag_of(request.viewer.account).encode()):
        _mark(response, request.viewer.account)
    else:
        request.session[_OTHER] = True  # every page of this session wipes, where the header is not known
        _forget(response)


def at_sign_out(request: DoorRequest, response: HttpResponse) -> None:
    """Nothing of hers stays. A browser that is not marked has nothing, and is asked nothing."""
    if COOKIE in request.COOKIES:
        _forget(response)


def head(request: DoorRequest) -> SafeString:
    """For the head of every page: the module that keeps and sends; "" where nothing is kept."""
    found = standing(request)
    if found is Standing.NOT_MARKED:
        return SafeString("")
    context = {"standing": found, "tag": tag_of(request.viewer.account) if request.viewer.account else ""}
    return render_to_string("portfolio/_device.html", context)


@sent_twice("it only sets or takes away the mark: the second time it is there, or gone, already")
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: DoorRequest) -> HttpResponse:
    """What marking means, the button for it, what waits here, and the button that takes it all away."""
    keys.sealer_of(request)
    account = request.viewer.person()
    if request.method != "POST":
        context = {"tag": tag_of(account), "hers": standing(request) is Standing.HERS}
        return render(request, "portfolio/device.html", context)
    response = HttpResponseRedirect(reverse("portfolio:device"))
    response.status_code = 303
    if request.POST.get("doe") == "vergeten":
        _forget(response)
    else:
        request.session.pop(_OTHER, None)
        note_elsewhere(viewer=request.viewer)
        _mark(response, account)
    return response


@limited(Kind.FREE)
@require_safe
def worker(request: DoorRequest) -> HttpResponse:
    """The service worker, at the root: its scope is the whole site. It changes when a file that it keeps does."""
    files = [static(each) for each in _FILES]
    shell = reverse("portfolio:offline") + f"?taal={get_language() or 'nl'}"
    # The page that it keeps is part of what it is: a sentence that changed reaches the devices too.
    told = hashlib.sha256(_shell().encode()).hexdigest()[:16]
    values = {"files": files, "shell": shell, "version": told}
    body = render_to_string("portfolio/worker.js", {"values": json.dumps(values)})
    return HttpResponse(body, content_type="text/javascript; charset=utf-8")


@limited(Kind.FREE)
@require_safe
def offline(request: DoorRequest) -> HttpResponse:
    """The one page that a marked device keeps: a box to write in, and nothing of anybody. It is the same to all."""
    language = request.GET.get("taal", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        return HttpResponse(_shell(), headers={"Content-Language": get_language() or "nl"})


def _shell() -> str:
    """Without the request: nothing of who asks can be in it."""
    return render_to_string("portfolio/offline.html", {"home": reverse("site:home"), "demo": settings.DEMO})


def _mark(response: HttpResponse, account: UUID) -> None:
    response.set_cookie(
        COOKIE,
        tag_of(account),
        max_age=round(KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def _forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")
    response["Clear-Site-Data"] = _WIPE
