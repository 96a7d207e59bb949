"""The first page and the pages of explanation."""

from datetime import UTC, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.processing import shown
from lerarenregister.web.processing.terms import in_words
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.site.cookies import LANGUAGE_KEPT, MEMORY, cookies
from lerarenregister.web.site.home import PARTS
from lerarenregister.web.site.tested import TESTED


@require_safe
def home(request: DoorRequest) -> HttpResponse:
    """What this is, for a visitor; her own first page, for somebody who is signed in."""
    if not request.viewer.signed_in:
        return render(request, "site/welcome.html")
    response = render(request, "site/home.html", {"parts": [part(request) for part in PARTS]})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def help_page(request: DoorRequest) -> HttpResponse:
    """How to do what people come for, and where to ask."""
    return render(request, "site/help.html", {"code_days": terms_at(request.at).activation_code.days})


@require_safe
def privacy(request: DoorRequest) -> HttpResponse:
    """Who does what with which data, why, how long, and what she can do about it."""
    every = [each for each in shown.activities(request.at) if each.personal]
    context = {"activities": every, "recipients": shown.recipients(every), "grounds": shown.grounds(every)}
    return render(request, "site/privacy.html", context)


@require_safe
def cookie_statement(request: DoorRequest) -> HttpResponse:
    """Every cookie with its purpose and how long it stays."""
    every = [(each, in_words(each.lasts) if each.lasts else "") for each in cookies()]
    return render(request, "site/cookies.html", {"cookies": every, "memory": MEMORY})


@require_safe
def accessibility(request: DoorRequest) -> HttpResponse:
    """What was tested and what was not, and which status that is."""
    return render(request, "site/accessibility.html", {"tested": [sentence for sentence, _ in TESTED]})


@require_safe
def about(request: DoorRequest) -> HttpResponse:
    """What this is, and what it is not."""
    return render(request, "site/about.html", {"security_email": settings.SECURITY_EMAIL})


@limited(Kind.FREE)
@require_safe
def manifest(request: DoorRequest) -> HttpResponse:
    """What a phone needs to put the first page among its apps (W3C Web Application Manifest). It says the same to
    everybody."""
    icons = [
        {"src": static(f"web/icon-{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in (("192", 192, "any"), ("512", 512, "any"), ("maskable-512", 512, "maskable"))
    ]
    told = {
        "id": "/",
        "name": "Lerarenregister",
        "short_name": "Lerarenregister",
        "lang": "nl",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f6f2",
        "theme_color": "#0a5c63",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@limited(Kind.FREE)
@require_safe
def security_txt(request: DoorRequest) -> HttpResponse:
    """Where a weakness can be reported, for a program (RFC 9116). Made anew for each request, so it never expires."""
    expires = (request.at + timedelta(days=180)).astimezone(UTC)
    lines = [
        f"Contact: mailto:{settings.SECURITY_EMAIL}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.BASE_URL}{reverse('site:security-txt')}",
        f"Policy: {settings.BASE_URL}{reverse('site:about')}#zwakke-plek",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@sent_twice("writes nothing: the language is in a cookie")
@require_POST
def choose_language(request: DoorRequest) -> HttpResponse:
    """Remember the language in a cookie and go back to the page she came from."""
    onward = request.POST.get("verder", "/")
    local = url_has_allowed_host_and_scheme(onward, allowed_hosts=None) and not urlsplit(onward).netloc
    response = HttpResponseRedirect(onward if local and onward.startswith("/") else "/")
    language = request.POST.get("taal", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=round(LANGUAGE_KEPT.total_seconds()),
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
        )
    return response
