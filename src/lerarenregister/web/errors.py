"""Pages for what went wrong: each says what happened and what to do. Absence and refusal look the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from lerarenregister.accounts.errors import NotAllowed, PersonBoundNeeded, SecondFactorNeeded, SignInNeeded
from lerarenregister.kernel.errors import Absent, DomainError
from lerarenregister.kernel.loglines import request_id

CSRF_ANSWERS: list[Callable[[HttpRequest], HttpResponse | None]] = []


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The words of an error page."""

    status: int
    heading: str
    sentences: list[str] = field(default_factory=list)
    link_label: str = ""
    link_url: str = "/"


def page(request: HttpRequest, text: ErrorText) -> HttpResponse:
    """An error page with its status; never kept by a cache."""
    context = {
        "heading": text.heading,
        "sentences": text.sentences,
        "link_label": text.link_label or _("Naar de beginpagina"),
        "link_url": text.link_url,
    }
    response = render(request, "web/error.html", context, status=text.status)
    response["Cache-Control"] = "no-store"
    return response


def of_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page for a refusal that no view handled."""
    match error:
        case SignInNeeded():
            return HttpResponseRedirect("/inloggen/?" + urlencode({"verder": _here(request)}))
        case SecondFactorNeeded():
            return HttpResponseRedirect("/tweede-factor/?" + urlencode({"verder": _here(request)}))
        case PersonBoundNeeded():
            return page(request, _person_bound())
        case Absent() | NotAllowed():
            return not_found(request)
        case _:
            return page(request, _invalid())


def _here(request: HttpRequest) -> str:
    """Where to go on afterwards: to this page, but what was sent is not sent again."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else "/"


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one page for what is not there and for what the viewer may not see."""
    return page(
        request,
        ErrorText(
            404,
            _("Deze pagina is er niet"),
            [_("Misschien klopt het adres niet, of is deze pagina niet voor jou. Kijk het adres nog eens na.")],
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent is no request that can be read, or more than we take in."""
    return too_large(request) if isinstance(exception, RequestDataTooBig) else page(request, _invalid())


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke on our side; nothing was half written, because every act is one transaction."""
    return page(
        request,
        ErrorText(
            500,
            _("Er ging iets mis bij ons"),
            [
                _("Dit ligt niet aan jou. Probeer het zo nog eens. Wat je eerder opsloeg, is bewaard."),
                _("Schrijf je ons hierover? Noem dan dit nummer: {number}.").format(number=request_id()),
            ],
        ),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than we take in."""
    return page(
        request,
        ErrorText(
            413, _("Dit is te groot"), [_("Je stuurde meer dan hier past. Maak het kleiner of stuur het in delen.")]
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit; nothing was changed. A door that keeps a text for her answers first."""
    for answer in CSRF_ANSWERS:
        if (response := answer(request)) is not None:
            return response
    return page(
        request,
        ErrorText(
            403,
            _("Probeer het nog eens"),
            [
                _("Deze pagina stond te lang open, of je logde intussen opnieuw in. Er is niets veranderd."),
                _("Ga terug, vernieuw de pagina en probeer het opnieuw."),
            ],
        ),
    )


def _person_bound() -> ErrorText:
    return ErrorText(
        403,
        _("Log hiervoor in met een inlogmiddel van jezelf"),
        [
            _("Je bent nu ingelogd met een account van je werk. Dat account beheert je werkgever."),
            _("Je portfolio en je registratie zijn alleen van jou. Die open je met een inlogmiddel van jezelf."),
        ],
        _("Opnieuw inloggen"),
        "/inloggen/",
    )


def _invalid() -> ErrorText:
    return ErrorText(
        400,
        _("Dit kunnen we niet verwerken"),
        [_("Er klopt iets niet in wat je stuurde. Er is niets veranderd. Ga terug en kijk het na.")],
    )
