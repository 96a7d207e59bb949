"""What the portfolio brings to the shared pages: her box on the first page, navigation, a file in the copy of all."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lerarenregister.accounts.permissions import SessionKind
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions.files import WAITS_DAYS
from lerarenregister.portfolio.rules.entries import UNDO_DAYS
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.person.parts import Enclosed
from lerarenregister.web.portfolio import keys, pages, takeout
from lerarenregister.web.portfolio.forms import Ticket
from lerarenregister.web.portfolio.labels import label_of, templates_in
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.site.cookies import Cookie

KEPT_IN_BIN = timedelta(days=UNDO_DAYS)
WAITS = timedelta(days=WAITS_DAYS)


def key_cookie() -> Cookie:
    """What the statement on cookies says of the key in her browser."""
    purpose = _("Je portfolio openen zolang je bent ingelogd, alleen in deze browser.")
    return Cookie(keys.COOKIE, purpose, _("Als je inlogt met een inlogmiddel van jezelf."), None)


def navigation_items(request: DoorRequest) -> list[NavigationItem]:
    """Her portfolio, in a session of her own."""
    if request.viewer.session is not SessionKind.PERSON_BOUND:
        return []
    return [NavigationItem(_("Mijn portfolio"), reverse("portfolio:timeline"))]


def key_log() -> NavigationItem:
    """The page with the log of her key, beside who looked."""
    return NavigationItem(_("Wanneer ging je portfolio open?"), reverse("portfolio:own-key"))


def take_along() -> NavigationItem:
    """The page where she takes her portfolio along."""
    return NavigationItem(_("Je portfolio, om te bewaren of ergens anders te gebruiken"), reverse("portfolio:take-out"))


def enclosed(request: DoorRequest) -> Enclosed:
    """Her portfolio as she takes it out, when this session holds her key; otherwise why it is not there."""
    name = f"portfolio-{dutch_date(request.at).isoformat()}.zip"
    try:
        sealer = keys.sealer_of(request)
        own = keys.own_of(request)
        pieces: Iterable[bytes] = ()
        if request.method == "POST":
            pieces = takeout.stream(request.viewer, sealer, own, at=request.at)
        else:
            queries.draft(request.viewer, sealer)  # only to see whether the key fits
    except (keys.KeyNeeded, Unreadable):
        sentence = _("Je portfolio zit er nu niet bij: het is op dit apparaat niet open. Log opnieuw in, dan wel.")
        return Enclosed(name, str(sentence), None)
    sentence = _("Je portfolio zit erbij, als een eigen zip.")
    return Enclosed(name, str(sentence), pieces)


def home_part(request: DoorRequest) -> str:
    """One box and one button, and the last few entries; in an employer's session why there is no more."""
    if request.viewer.session is not SessionKind.PERSON_BOUND:
        return render_to_string("portfolio/home_employer.html", {}, request)
    try:
        sealer = keys.sealer_of(request)
        context = _home(request, sealer)
    except keys.KeyNeeded:
        return render_to_string("portfolio/home_key_needed.html", {"onward": reverse("site:home")}, request)
    except Unreadable:
        return render_to_string("portfolio/home_key_needed.html", {"unreadable": True}, request)
    return render_to_string("portfolio/home.html", context, request)


def _home(request: DoorRequest, sealer: Sealer) -> dict[str, Any]:
    account = request.viewer.person()
    draft = queries.draft(request.viewer, sealer)
    new_text = not draft.content.blank and draft.content.base == 0
    first = queries.first_page(request.viewer, sealer, on=dutch_date(request.at))
    return {
        "ticket": Ticket.issue(account, entry=draft.content.form if new_text else None, draft=draft.version),
        "draft": draft,
        "new_text": draft.content.text if new_text else "",
        "unfinished_change": not draft.content.blank and not new_text,
        "latest": [(line, label_of(line.kind)) for line in first.latest],
        "due": [(each, random_id()) for each in first.due],
        "templates": templates_in(get_language() or "nl"),
        "saved": _saved(request, sealer, request.GET.get("bewaard", "")),
        "deleted": _saved(request, sealer, request.GET.get("verwijderd", ""), deleted=True),
        "empty": "leeg" in request.GET,
        "code_waits": keys.CODE in request.session or keys.UNKEPT in request.session,
        "spoken": pages.spoken(request),
    }


def _saved(request: DoorRequest, sealer: Sealer, posted: str, *, deleted: bool = False) -> queries.EntryView | None:
    """The entry she just saved or deleted, if the address names one of hers in that state."""
    try:
        found = queries.entry(request.viewer, sealer, UUID(posted))
    except (ValueError, Absent):
        return None
    return found if (found.deleted_at is not None) is deleted else None
