"""The refused lines of a delivery with what they say, for those who mend them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.kernel.paging import Paged
from lerarenregister.register.models import DeliveryLine
from lerarenregister.register.queries.deliveries import consulted, delivery_shown
from lerarenregister.register.queries.wording import column_of, wording_of
from lerarenregister.register.rules.columns import COLUMNS, SEPARATOR
from lerarenregister.register.rules.reasons import Outcome, Reason

PAGE = 10
"""Lines on a page: each has a field for each cell, and a form has at most 200."""


@dataclass(frozen=True, slots=True)
class LineToMend:
    """A refused line: its cells by column, and why it was refused. `seen` is how often it was mended before."""

    number: int
    cells: dict[str, str]
    column: str
    column_words: str
    sentence: str
    remedy: str
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MendPage(Paged):
    """A page of refused lines; `count` is how many there are in all."""

    lines: tuple[LineToMend, ...]
    count: int


@transaction.atomic
def lines_to_mend(
    delivery: UUID, *, board: str, viewer: Viewer, at: datetime, page: int = 1, only: Collection[int] = ()
) -> MendPage:
    """A page of the refused lines that can be mended, or `only` these. A consultation of whom the board knows among
    them is recorded. Raises NotAllowed or Absent."""
    shown = delivery_shown(delivery, viewer=viewer, board=board)
    viewer.must(Permission.REGISTER_DELIVERY_CREATE, scope=board)
    rows = DeliveryLine.objects.filter(delivery_id=delivery, outcome=Outcome.REFUSED).exclude(reason=Reason.NOT_TAKEN)
    count = rows.count()
    total = max(1, -(-count // PAGE))
    number = min(max(1, page), total)
    chosen = list(
        rows.filter(number__in=only).order_by("number")[:PAGE]
        if only
        else rows.order_by("number")[(number - 1) * PAGE : number * PAGE]
    )
    consulted(shown, {row.person for row in chosen}, viewer, at)
    return MendPage(lines=tuple(map(_line, chosen)), number=number, total=total, count=count)


def _line(row: DeliveryLine) -> LineToMend:
    words = wording_of(row.reason)
    cells = row.values.split(SEPARATOR) if row.values else [""] * len(COLUMNS)
    return LineToMend(
        row.number,
        dict(zip(COLUMNS, cells, strict=True)),
        row.column,
        column_of(row.column),
        words.sentence,
        words.remedy,
        row.mended,
    )
