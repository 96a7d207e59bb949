"""The page on which a board mends refused lines, ten at a time."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from lerarenregister.register import actions, queries
from lerarenregister.register.errors import WrongState
from lerarenregister.register.queries.wording import wording_of
from lerarenregister.register.rules.columns import COLUMNS, NEEDED, Column
from lerarenregister.register.rules.reasons import Reason
from lerarenregister.register.rules.table import MOST_CELL
from lerarenregister.web.accounts.resuming import comes_back, interrupted, mark_of
from lerarenregister.web.once import nothing_done, once
from lerarenregister.web.register.board import page_of
from lerarenregister.web.register.later import continue_later
from lerarenregister.web.requests import DoorRequest

SEEN = "gezien"


class LineForm(forms.Form):
    """The cells of one line, by the names of their columns."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COLUMNS:
            self.fields[name] = forms.CharField(
                label=name,
                required=name in NEEDED,
                max_length=MOST_CELL,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                error_messages={
                    "max_length": _("Maak de tekst korter."),
                    "required": wording_of(Reason.MISSING).sentence,
                },
            )


class _Shown:
    """A line on the page: what it says, why it was refused, and its form."""

    def __init__(self, line: queries.LineToMend, board: str, typed: dict[str, str], data: Any = None) -> None:
        initial = dict(line.cells)
        if not any(initial.values()):
            initial[Column.BOARD] = board
        self.line = line
        self.kept = {name: typed[f"r{line.number}-{name}"] for name in COLUMNS if f"r{line.number}-{name}" in typed}
        self.form = LineForm(data, prefix=f"r{line.number}", initial=initial | self.kept)

    @property
    def first(self) -> Any:
        """The field that is wrong, or None when the whole line is."""
        return self.form[self.line.column] if self.line.column in COLUMNS else None

    @property
    def others(self) -> list[Any]:
        """The other fields."""
        return [field for field in self.form if field.name != self.line.column]


@require_http_methods(["GET", "HEAD", "POST"])
@comes_back(lambda number, delivery: reverse("register:mend", args=[number, delivery]), *COLUMNS)
@once
def mend(request: DoorRequest, number: str, delivery: UUID) -> HttpResponse:
    """Refused lines with what they say, to be mended."""
    only = _numbers(request)
    page = queries.lines_to_mend(
        delivery, board=number, viewer=request.viewer, at=request.at, page=page_of(request), only=only
    )
    if request.method == "POST" and only:
        return _mended(request, number, delivery, page)
    waiting = interrupted(request)
    shown = [_Shown(line, number, waiting.typed if waiting else {}) for line in page.lines]
    return _page(request, number, delivery, page, shown, status=400 if request.method == "POST" else 200)


def _numbers(request: DoorRequest) -> list[int]:
    """The lines that a sent form is about: it says of each how often it was mended when it was shown."""
    found = [name.partition("-")[0][1:] for name in request.POST if name.endswith(f"-{SEEN}")]
    return [int(each) for each in found if each.isdecimal() and len(each) < 8]


def _mended(request: DoorRequest, number: str, delivery: UUID, page: queries.MendPage) -> HttpResponse:
    shown = [_Shown(line, number, {}, request.POST) for line in page.lines]
    here = {each.line.number for each in shown}
    gone = [line for line in _numbers(request) if line not in here]
    touched = {each.line.number: each for each in shown if each.form.has_changed()}
    address = reverse("register:mend", args=[number, delivery])
    if not all(each.form.is_valid() for each in touched.values()):
        return _page(request, number, delivery, page, shown, status=400)
    lines = {line: actions.Typed(each.form.cleaned_data, _seen(request, line)) for line, each in touched.items()}
    try:
        result = actions.mend_lines(delivery=delivery, board=number, lines=lines, viewer=request.viewer, at=request.at)
    except WrongState:
        return nothing_done(HttpResponseRedirect(address + "?bezig=1"))
    for line, why in result.wrong.items():
        words = wording_of(why.reason)
        touched[line].form.add_error(why.column, f"{words.sentence} {words.remedy}")
    if result.wrong or result.stale:
        return _page(request, number, delivery, page, shown, status=400, stale=result.stale)
    if not result.saved:
        return nothing_done(HttpResponseRedirect(address + ("?anders=1" if gone else "?niets=1")))
    continue_later(delivery)
    return HttpResponseRedirect(f"{address}?opgeslagen={len(result.saved)}" + ("&anders=1" if gone else ""))


def _seen(request: DoorRequest, line: int) -> int:
    said = request.POST.get(f"r{line}-{SEEN}", "")
    return int(said) if said.isdecimal() and len(said) < 6 else -1


def _page(
    request: DoorRequest,
    number: str,
    delivery: UUID,
    page: queries.MendPage,
    shown: list[_Shown],
    *,
    status: int,
    stale: list[int] | None = None,
) -> HttpResponse:
    saved = request.GET.get("opgeslagen", "")
    context = {
        "board": queries.board_shown(number, viewer=request.viewer),
        "delivery": queries.delivery_shown(delivery, viewer=request.viewer, board=number),
        "page": page,
        "shown": shown,
        "stale": stale or [],
        "errors": [
            (each.line.number, field, error)
            for each in shown
            if each.form.is_bound
            for field in each.form
            for error in field.errors
        ],
        "saved": int(saved) if saved.isdecimal() and len(saved) < 3 else 0,
        "nothing": request.GET.get("niets") == "1",
        "changed_elsewhere": request.GET.get("anders") == "1",
        "busy": request.GET.get("bezig") == "1",
        "mark": mark_of(request, request.path),
    }
    return render(request, "register/mend.html", context, status=status)
