"""Publishing the figures of the reference days: each once, and what was published stays as it was."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Min

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.events import FiguresPublished
from lerarenregister.register.models import Confirmation, PublishedCount
from lerarenregister.register.queries.figures import days_published, figures_counted
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.figures import reference_day, reference_days
from lerarenregister.register.rules.rounding import rounded

_MOST_AT_ONCE = 12


def publish_figures(at: datetime) -> int:
    """Publish the reference days that are over and were not published, from the first confirmation on; how many.

    At most twelve at a time, the oldest first: so when the last is there, all are. Each is one transaction; one that
    was published meanwhile is left alone.
    """
    today, there = dutch_date(at), days_published()
    if reference_day(today) in there:
        return 0
    first = Confirmation.objects.aggregate(first=Min("confirmed_at"))["first"]
    since = dutch_date(first) if first else today
    published = 0
    for on in [day for day in reference_days(since, today) if day not in there][:_MOST_AT_ONCE]:
        try:
            with transaction.atomic():
                _publish(on, revision=1, why="", at=at)
        except IntegrityError:
            continue  # another daily work was first
        published += 1
    return published


@transaction.atomic
def correct_figures(*, on: date, why: str, at: datetime) -> bool:
    """Count a reference day anew, and publish that as its next revision, with the reason; whether anything differed.

    What is erased since is not there to be counted: the figures of a day long ago come out lower, so this is for a
    mistake in counting. Raises Absent (nothing was published of that day), Invalid (no reason).
    """
    if not why.strip():
        raise Invalid("why")
    before = list(PublishedCount.objects.select_for_update().filter(on=on).order_by("revision"))
    if not before:
        raise Absent("nothing was published of this day")
    last = before[-1].revision
    held = {(row.figure, row.sector): row.amount for row in before if row.revision == last}
    return _publish(on, revision=last + 1, why=why.strip(), at=at, but=held)


def _publish(
    on: date, *, revision: int, why: str, at: datetime, but: dict[tuple[str, str], int | None] | None = None
) -> bool:
    base = terms_at(at).count_base
    amounts = {cell: rounded(amount, base) or None for cell, amount in figures_counted(on).items()}
    if but is not None and {(str(figure), sector): amount for (figure, sector), amount in amounts.items()} == but:
        return False
    PublishedCount.objects.bulk_create(
        PublishedCount(
            id=new_id(),
            on=on,
            revision=revision,
            figure=figure,
            sector=sector,
            amount=amount,
            base=base,
            published_at=at,
            why=why,
        )
        for (figure, sector), amount in amounts.items()
    )
    record(FiguresPublished(on, revision), actor=Actor(None, "job"), at=at)
    return True
