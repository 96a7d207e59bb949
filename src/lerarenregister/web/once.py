"""A form that is sent twice is done once: a double click, a second tab, a line that broke, a page brought back.

Every form carries a random key. Who is signed in sends it along, and what the act came to is kept under it in the
transaction of the act, by `sendings`: a second sending gets the first outcome, with a sentence that says so, and
nothing is done. Of two at the same moment the unique index lets one through and the other is rolled back. A form that
came back with errors, or by which nothing was done, keeps its key. The same key with something else in the form is
refused, as in draft-ietf-httpapi-idempotency-key-header. Why, and what has a way of its own: docs/decisions/0012.
"""

import json
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from lerarenregister.kernel.errors import DomainError
from lerarenregister.sendings import actions, queries
from lerarenregister.sendings.errors import AlreadyDone
from lerarenregister.web.requests import DoorRequest

FIELD = "eenmalig"
AGAIN = "nogmaals=1"
"""In the address of a page to which a second sending leads: the base layout says so."""
KEYED = "done once, by the key of the form"
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_PASSING = frozenset({FIELD, "csrfmiddlewaretoken"})
_MARK = "sent_twice"
View = TypeVar("View", bound=Callable[..., Any])


def new_key() -> str:
    """A key for one form: 128 random bits."""
    return secrets.token_urlsafe(16)


def once(view: View) -> View:
    """A view whose POST is done once. It answers an act with a redirect, and anything else with a page."""

    @wraps(view)
    def answered(request: DoorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = (
            done_once(request, lambda: view(request, *args, **kwargs))
            if request.method == "POST"
            else view(request, *args, **kwargs)
        )
        return response

    return sent_twice(KEYED)(answered)  # type: ignore[return-value]  # it takes and gives what the view does


def sent_twice(how: str) -> Callable[[View], View]:
    """Say of a view that takes a POST why sending it twice does no harm, when it is not done by `once`."""

    def marked(view: View) -> View:
        setattr(view, _MARK, how)
        return view

    return marked


def said_of(view: object) -> str:
    """What a view says of a second sending; "" for nothing."""
    return str(getattr(view, _MARK, ""))


def nothing_done(response: HttpResponse) -> HttpResponse:
    """Say of the answer of an act that nothing was done: the form may come again."""
    response.nothing_done = True  # type: ignore[attr-defined]  # read by `_kept`
    return response


def done_once(request: DoorRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What the act answers, or what it answered before. The act runs in one transaction, and must be all it takes.

    Raises what the act raises: then nothing is done.
    """
    if request.viewer.account is None:
        return act()  # who is not signed in does nothing here; the act refuses her
    key = request.POST.get(FIELD, "")
    if not _KEY.fullmatch(key):
        return _without_key(request)
    sending = UUID(bytes=_keyed("sending", f"{request.viewer.account}|{request.path}|{key}".encode())[:16])
    content = _keyed("said", sending.bytes + _fields(request))
    first = queries.done(sending)
    if first is None:
        try:
            return _acted(request, act, sending, content)
        except DomainError:
            # The same form may have come a moment earlier: then its outcome is the answer, not this refusal.
            first = queries.done(sending)
            if first is None:
                raise
    if not constant_time_compare(first.said, content):
        return _with_something_else(request)
    response = HttpResponseRedirect(first.leads_to + ("&" if "?" in first.leads_to else "?") + AGAIN)
    response.status_code = first.status
    return response


@transaction.atomic
def _acted(request: DoorRequest, act: Callable[[], HttpResponse], sending: UUID, content: bytes) -> HttpResponse:
    response = act()
    if response.status_code >= 400 or getattr(response, "nothing_done", False):
        if queries.done(sending) is not None:  # it was done a moment earlier, and that is why
            raise AlreadyDone
        return response
    if not isinstance(response, HttpResponseRedirect):
        raise TypeError("an act that is done once answers with where it leads")
    actions.keep(
        sending=sending, said=content, status=response.status_code, leads_to=response.headers["Location"], at=request.at
    )
    return response


def _fields(request: DoorRequest) -> bytes:
    return json.dumps(sorted((name, each) for name, each in request.POST.lists() if name not in _PASSING)).encode()


def _keyed(purpose: str, what: bytes) -> bytes:
    return salted_hmac(f"a form that is sent: {purpose}", what, algorithm="sha256").digest()


def _without_key(request: DoorRequest) -> HttpResponse:
    """The page was made before forms had a key, or the form is not of ours."""
    sentences = [_("Deze pagina is verouderd. Er is niets veranderd.")]
    return _come_again(request, 400, _("Probeer het nog eens"), sentences, {})


def _with_something_else(request: DoorRequest) -> HttpResponse:
    """The form was done, with something else in it: she may send this too, knowing that."""
    sentences = [
        _("Dit formulier heb je al eerder verstuurd, toen met iets anders erin. Dat is gedaan."),
        _("Wat je nu stuurt, is nog niet gedaan."),
    ]
    choice = {"label": _("Ook versturen"), "otherwise": _("Niet versturen")}
    return _come_again(request, 422, _("Wil je dit ook versturen?"), sentences, choice)


def _come_again(
    request: DoorRequest, status: int, heading: str, sentences: list[str], choice: dict[str, str]
) -> HttpResponse:
    """A page with what she filled in, under a fresh key. Words of hers are shown; codes and choices go along."""
    fields = [(name, value) for name, each in request.POST.lists() for value in each if name not in _PASSING]
    again = [*fields, (FIELD, new_key())]
    sentences.append(_("Wat je invulde, is er nog: je kunt het zo opnieuw versturen."))
    context = {
        "heading": heading,
        "sentences": sentences,
        "again": again,
        "address": request.get_full_path(),
        "words": [value for _name, value in fields if " " in value.strip()],
        **choice,
    }
    response = render(request, "web/too_often.html", context, status=status)
    response.headers["Referrer-Policy"] = "strict-origin"  # the address may hold a code
    return response
