"""What delivering costs: of a board for itself, of all boards together for everybody."""

from dataclasses import dataclass
from datetime import date, datetime

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.register.models import BurdenOfAll, Delivery
from lerarenregister.register.queries.wording import wording_of
from lerarenregister.register.rules.burden import WINDOW, Burden, Measured, Published, burden_of


@dataclass(frozen=True, slots=True)
class BurdenShown:
    """Figures with their errors in words. `figures` is None when there is nothing (or too little) to show."""

    figures: Burden | Published | None
    refusals: tuple[tuple[str, int], ...] = ()
    on: date | None = None


def burden_of_board(board: str, *, viewer: Viewer, at: datetime) -> BurdenShown:
    """What delivering cost this board in the last year; raises NotAllowed."""
    viewer.must(Permission.REGISTER_DELIVERY_READ, scope=board)
    figures = burden_of(measured(at, board=board))
    return BurdenShown(figures, _in_words(figures.refusals)) if figures.deliveries else BurdenShown(None)


def burden_of_all() -> BurdenShown:
    """What was published last of all boards together."""
    row = BurdenOfAll.objects.order_by("-on").first()
    if row is None:
        return BurdenShown(None)
    if row.figures is None:
        return BurdenShown(None, on=row.on)
    kinds = tuple((str(reason), int(lines)) for reason, lines in row.figures["refusals"])
    figures = Published(**{**row.figures, "refusals": kinds})
    return BurdenShown(figures, _in_words(kinds), row.on)


def measured(at: datetime, *, board: str = "") -> list[Measured]:
    """What is known of the deliveries of the year before a moment, of a board or of all. One statement."""
    rows = Delivery.objects.filter(first_finished_at__gt=at - WINDOW, first_finished_at__lte=at, people__isnull=False)
    if board:
        rows = rows.filter(board__number=board)
    found = rows.values_list("board__number", "lines", "people", "refusals", "received_at", "first_finished_at")
    return [
        Measured(number, lines, people, refusals, finished - received)
        for number, lines, people, refusals, received, finished in found.iterator(chunk_size=5_000)
        if people is not None and finished is not None
    ]


def _in_words(refusals: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple((wording_of(reason).sentence or reason, lines) for reason, lines in refusals)
