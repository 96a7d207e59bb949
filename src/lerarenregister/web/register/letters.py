"""Printing letters with activation codes, by a board's staff."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from lerarenregister.register import actions, printing
from lerarenregister.register.printing import PrintedLetter
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import KEYED, done_once, nothing_done, sent_twice
from lerarenregister.web.requests import DoorRequest

_MOMENT = "%Y%m%dT%H%M%S.%fZ"


@sent_twice(f"{KEYED}; the letters come with the first answer alone, and the page can make the same ones anew")
@limited(Kind.HEAVY, methods=("POST",))
@require_POST
def letters(request: DoorRequest, number: str) -> HttpResponse:
    """One PDF: for those chosen, or for all without an account who have no letter that still works.

    Printing issues new codes and voids the older ones, so it is an act: never by following a link, and once. The PDF is
    made after the act, outside its transaction: it takes seconds.
    """
    chosen = [UUID(each) for each in request.POST.getlist("persoon") if _is_id(each)]
    board, printed = reverse("register:board", args=[number]), list[PrintedLetter]()
    anew, made_at = request.POST.get("gemaakt"), moment_in(request.POST.get("gemaakt", ""))

    def act() -> HttpResponse:
        if anew is not None and made_at is None:
            return nothing_done(HttpResponseRedirect(board + "?brieven=geen"))
        printed[:] = actions.print_letters(
            board=number,
            viewer=request.viewer,
            at=request.at,
            employees=chosen or None,
            again=request.POST.get("opnieuw") == "ja",
            printed_at=made_at,
        )
        if not printed:
            return nothing_done(HttpResponseRedirect(board + "?brieven=geen"))
        first = HttpResponseRedirect(f"{board}?brieven=eerder&gemaakt={request.at:{_MOMENT}}")
        first.printed = True  # type: ignore[attr-defined]  # tells that this sending is the one that is done
        return first

    answer = done_once(request, act)
    if not getattr(answer, "printed", False):
        return answer
    response = HttpResponse(printing.pdf_of(printed), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="brieven-{number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def moment_in(text: str) -> datetime | None:
    """The moment at which letters were made, as it stands in the address that says so; None for anything else."""
    try:
        return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
