"""When a session ended while she was filling in a form: after signing in she is back at the form, with what she typed.

It waits in the browser's sealed session, for an hour, and comes back to her alone: the form carries a mark that is a
keyed hash of her account and the page. A file can not be kept; then the page says so.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac

from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.web.accounts.session import WAITING
from lerarenregister.web.requests import DoorRequest

MARK = "van"
"""The name of the field with the mark."""
MOST_CHARACTERS = 2_000
_KEPT = timedelta(hours=1)
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What she sent when her session had ended: the texts that were kept, by the name of their field."""

    typed: dict[str, str] = field(default_factory=dict)


def mark_of(request: DoorRequest, page: str) -> str:
    """The mark of a form on this page, for who is signed in now."""
    return salted_hmac("interrupted form", f"{request.viewer.account}|{page}", algorithm="sha256").hexdigest()


def comes_back(page: Callable[..., str], *fields: str) -> Callable[[View], View]:
    """For a view that takes a form: when nobody is signed in any more, `page` (from the arguments of the view) is where
    she goes after signing in, and these fields are kept, also with a prefix before a hyphen. Without fields the form is
    not read at all. What is sent while she is signed in takes away what waited."""

    def wrapped(view: View) -> View:
        @wraps(view)
        def answered(request: DoorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and request.viewer.signed_in:
                request.session.pop(WAITING, None)
            try:
                return view(request, *args, **kwargs)
            except SignInNeeded:
                if request.method != "POST":
                    raise
            back = page(*args, **kwargs)
            request.session[WAITING] = {
                "page": back,
                "at": request.at.isoformat(),
                "mark": request.POST.get(MARK, "")[:64] if fields else "",
                "typed": _typed(request, fields) if fields else {},
            }
            return HttpResponseRedirect("/inloggen/?" + urlencode({"verder": back}))

        return answered

    return wrapped


def interrupted(request: DoorRequest) -> Interrupted | None:
    """What waits for this page, or None. Texts only when it was her own form; they wait until she sends it again, and
    that there were none is said once."""
    kept = request.session.get(WAITING)
    if not kept or kept["page"] != request.path or request.at - datetime.fromisoformat(kept["at"]) > _KEPT:
        return None
    hers = hmac.compare_digest(kept["mark"].encode(), mark_of(request, request.path).encode())
    if kept["typed"] and not hers:
        return None
    if not kept["typed"]:
        del request.session[WAITING]
    return Interrupted(kept["typed"])


def _typed(request: DoorRequest, fields: tuple[str, ...]) -> dict[str, str]:
    return {
        name: str(value)[:MOST_CHARACTERS]
        for name, value in request.POST.items()
        if name.rpartition("-")[2] in fields and len(name) < 60
    }
