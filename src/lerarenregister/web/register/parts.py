"""What the register brings to the shared pages: a card on her first page, and items in the navigation."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from lerarenregister.accounts.permissions import Permission, SessionKind
from lerarenregister.register import queries
from lerarenregister.web.navigation import NavigationItem
from lerarenregister.web.requests import DoorRequest


def home_part(request: DoorRequest) -> str:
    """A quiet card when something waits for her, a link otherwise; "" in an employer's session."""
    if request.viewer.session is not SessionKind.PERSON_BOUND:
        return ""
    waiting, joined = queries.waiting_for(request.viewer)
    context = {"waiting": waiting, "joined": joined, "asked": queries.asks_her(request.viewer)}
    return render_to_string("register/home_part.html", context, request=cast(HttpRequest, request))


def navigation_items(request: DoorRequest) -> list[NavigationItem]:
    """Her registration, the boards she works for, and reviews for support."""
    items = []
    if request.viewer.session is SessionKind.PERSON_BOUND:
        items.append(NavigationItem(_("Mijn registratie"), reverse("register:own")))
    for number in request.viewer.scopes(Permission.REGISTER_DELIVERY_READ):
        label = _("Bestuur %(number)s") % {"number": number}
        items.append(NavigationItem(label, reverse("register:board", args=[number])))
    if request.viewer.may(Permission.REGISTER_REVIEW_LIST):
        items.append(NavigationItem(_("Beoordelingen"), reverse("register:reviews")))
    if request.viewer.may(Permission.REGISTER_CALENDAR_LIST):
        items.append(NavigationItem(_("Te laat"), reverse("register:late")))
    if request.viewer.may(Permission.REGISTER_TRANSFER_LIST):
        items.append(NavigationItem(_("Overdrachten"), reverse("register:transfers")))
    if request.viewer.may(Permission.REGISTER_CASE_LIST):
        items.append(NavigationItem(_("Zaken"), reverse("register:desk")))
    return items
