"""Pages for a board's staff: overview, a delivery with its report, delivering."""

import csv
from itertools import chain
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.accounts.permissions import OFFICE_PREFIX, Permission
from lerarenregister.accounts.queries import offices_called
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import DeliveryBusy, WrongState
from lerarenregister.register.queries.wording import OUTCOMES, refusal_of
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import nothing_done, once
from lerarenregister.web.register import letters
from lerarenregister.web.register.later import continue_later
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.whole import whole


def page_of(request: DoorRequest) -> int:
    """The page that the address asks for; 1 when it is no number."""
    asked = request.GET.get("pagina", "1")
    return int(asked) if asked.isdecimal() and len(asked) < 8 else 1


@require_safe
def overview(request: DoorRequest, number: str) -> HttpResponse:
    """Deliveries of a board, and its people who have no account yet."""
    shown = queries.board_shown(number, viewer=request.viewer)
    people = request.viewer.may(Permission.REGISTER_PERSON_LIST, scope=number)
    context = {
        "board": shown,
        "questions": queries.questions_waiting([number]).get(number, 0),
        "deliveries": queries.deliveries_of(number, viewer=request.viewer),
        "people": queries.people_without_account(number, viewer=request.viewer, at=request.at, page=page_of(request))
        if people
        else None,
        "twice": queries.delivered_twice(number, viewer=request.viewer, at=request.at) if people else [],
        "may_deliver": request.viewer.may(Permission.REGISTER_DELIVERY_CREATE, scope=number),
        "may_answer": request.viewer.may(Permission.REGISTER_QUESTION_ANSWER, scope=number),
        "calendar": queries.calendar_of_board(number, viewer=request.viewer, at=request.at).calendar,
        "letters_made": request.GET.get("brieven") == "eerder",
        "letters_made_at": made if letters.moment_in(made := request.GET.get("gemaakt", "")) else "",
    }
    return render(request, "register/board.html", context)


@require_safe
def delivery(request: DoorRequest, number: str, delivery: UUID) -> HttpResponse:
    """One delivery: where it stands, its counts and its report per line."""
    shown = queries.delivery_shown(delivery, viewer=request.viewer, board=number)
    outcome = request.GET.get("uitkomst", "")
    outcome = outcome if outcome in OUTCOMES else ""
    lines = None
    if not shown.working and not shown.left and shown.state != "refused":
        lines = queries.lines_of(delivery, viewer=request.viewer, at=request.at, outcome=outcome, page=page_of(request))
    context = {
        "board": queries.board_shown(number, viewer=request.viewer),
        "delivery": shown,
        "office": _office(shown.by_role),
        "may_deliver": request.viewer.may(Permission.REGISTER_DELIVERY_CREATE, scope=number),
        "refusal": refusal_of(shown.refusal) if shown.refusal else "",
        "counts": [(key, OUTCOMES[key], shown.counts.get(key, 0)) for key in OUTCOMES],
        "lines": lines,
        "outcome": outcome,
        "busy": request.GET.get("bezig") == "1",
        "just_done": request.GET.get("klaar") == "1" and not shown.working,
        "earlier": request.GET.get("eerder") == "1",
    }
    return render(request, "register/delivery.html", context)


def _office(role: str) -> str:
    """The office that delivered in the name of the board, as the page calls it; "" when the board did."""
    code = role.removeprefix(OFFICE_PREFIX)
    return f"{offices_called([code]).get(code, '')} ({code})".strip() if role.startswith(OFFICE_PREFIX) else ""


@require_POST
@once
def deliver(request: DoorRequest, number: str, delivery: UUID) -> HttpResponse:
    """Deliver a checked delivery; a second click does nothing more."""
    queries.delivery_shown(delivery, viewer=request.viewer, board=number)
    address = reverse("register:delivery", args=[number, delivery])
    try:
        actions.deliver(delivery=delivery, viewer=request.viewer, at=request.at)
    except DeliveryBusy:
        return nothing_done(HttpResponseRedirect(address + "?bezig=1"))
    except WrongState:
        return nothing_done(HttpResponseRedirect(address))
    continue_later(delivery)
    return HttpResponseRedirect(address + "?klaar=1")


class _Echo:
    """A file that gives back what is written, for streaming CSV."""

    def write(self, text: str) -> str:
        """Give back the text."""
        return text


@limited(Kind.HEAVY, methods=("GET",))
@require_safe
def report(request: DoorRequest, number: str, delivery: UUID) -> StreamingHttpResponse:
    """The report per line as CSV, for a spreadsheet, in her language."""
    queries.delivery_shown(delivery, viewer=request.viewer, board=number)
    rows = queries.report_rows(delivery, viewer=request.viewer, at=request.at)
    writer = csv.writer(_Echo(), delimiter=";")

    lines = chain(("\ufeff",), (writer.writerow(row) for row in rows))
    response = whole(lines, content_type="text/csv; charset=utf-8")
    name = gettext("terugmelding")
    response["Content-Disposition"] = f'attachment; filename="{name}-{delivery}.csv"'
    return response
