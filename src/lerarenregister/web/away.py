"""When the database does not answer: 503, what happened in words, and what she sent ready to be sent again.

While a standby takes over this lasts seconds. Django asks the two handlers below about an error that no view handled,
and also about one that a middleware met, such as the session that could not be read. Nothing here asks the database.

Whether an act whose answer broke off was done is not known here: it may have been committed just before. So no page
says that nothing changed, and what keeps a text for her can be sent twice and is done once.
"""

import sys
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lerarenregister.web import errors
from lerarenregister.web.limits import again

ANSWERS: list[Callable[[HttpRequest], HttpResponse | None]] = []
"""A door that keeps a text for her, or answers a script, says it in its own way."""

WAIT_SECONDS = 5
_READ_ONLY = "25006"  # PostgreSQL: this server follows another one and can not write
_SQLITE_WRONG = 1  # SQLite: the statement itself is wrong, such as a table that is not there


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error that nobody handled, while it is being handled: ours, or the database that is away."""
    return answer(request) if is_away(sys.exc_info()[1]) else errors.server_error(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent is no request that can be read; a session that could not be stored comes here too."""
    return answer(request) if is_away(exception) else errors.bad_request(request, exception)


def is_away(error: BaseException | None) -> bool:
    """Whether the database does not answer or does not take writes now, and sending it again later makes sense."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return getattr(error.__cause__, "sqlite_errorcode", None) != _SQLITE_WRONG
        if isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) == _READ_ONLY:
            return True
        error = error.__context__
    return False


def answer(request: HttpRequest) -> HttpResponse:
    """What is said to her."""
    request.database_away = True  # type: ignore[attr-defined]  # the page asks nothing more of it
    response = next((said for each in ANSWERS if (said := each(request)) is not None), None) or _page(request)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "strict-origin"  # the address may hold a code
    return response


def _page(request: HttpRequest) -> HttpResponse:
    fields = again.sent(request)
    sentences = [_("Dit ligt niet aan jou. Wacht even en probeer het dan opnieuw.")]
    if request.method == "POST":
        sentences.append(_("Misschien kwam wat je stuurde toch nog aan. Kijk dat straks eerst na."))
    if fields is not None:
        sentences.append(_("Wat je invulde, is er nog: je kunt het zo opnieuw versturen."))
    elif request.method == "POST":
        sentences.append(
            _("Is het niet aangekomen? Ga terug, en kies je bestand of vul het formulier daar opnieuw in.")
        )
    else:
        sentences.append(_("Er is niets verloren gegaan."))
    heading = _("Het register is even niet bereikbaar")
    context = {"heading": heading, "sentences": sentences, "again": fields, "address": request.get_full_path()}
    return render(request, "web/too_often.html", context, status=503)
