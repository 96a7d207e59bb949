"""What goes for good: what lay in the bin for 30 days, and all that is stored of somebody who closes her account."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.turns import wait_for_turns
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.portfolio.models import (
    Draft,
    Entry,
    File,
    IndexSegment,
    KeyErasure,
    PortfolioKey,
    Purge,
    Release,
)
from lerarenregister.portfolio.rules.indexing import BUCKETS, bucket_of

_PURGE_AT_MOST = 500


@transaction.atomic
def erase_portfolio(*, viewer: Viewer) -> None:
    """Erase all that is stored of her, and note which key must be erased when this is committed."""
    _erase_of(viewer.person())


@transaction.atomic
def erase_stored_of(*, owners: Iterable[UUID]) -> int:
    """Erase what is stored under these owners, whose accounts are closed: it was saved meanwhile. Of how many."""
    return sum(_erase_of(owner) for owner in owners)


def _erase_of(owner: UUID) -> bool:
    """The draft row first: whoever saves and brings in locks it or the entries too. Whether there was anything."""
    drafts, _ = Draft.objects.filter(owner=owner).delete()
    entries, _ = Entry.objects.filter(owner=owner).delete()
    files, _ = File.objects.filter(owner=owner).delete()
    indexed, _ = IndexSegment.objects.filter(owner=owner).delete()
    released, _ = Release.objects.filter(owner=owner).delete()
    held = PortfolioKey.objects.select_for_update().filter(owner=owner).first()
    if held is not None:
        if held.ticket:
            KeyErasure.objects.get_or_create(key=held.key, defaults={"ticket": held.ticket})
        held.delete()
    return bool(drafts or entries or files or indexed or released or held)


@transaction.atomic
def purge_due(*, at: datetime) -> int:
    """Remove for good, with its history, what was deleted over 30 days ago; returns how many, 500 at most.

    Opens nothing: the day stands in the clear (docs/decisions/0003-purge-day-in-the-clear.md).

    The entries are locked as every other action locks them; a restore that came first has taken its day away by then.
    What her index had of them goes too, and takes her turn for that (`indexing.keep_segment`).
    """
    due = Purge.objects.filter(due_on__lte=dutch_date(at)).order_by("entry_id")
    owners = dict(due.values_list("entry_id", "entry__owner")[:_PURGE_AT_MOST])
    keys = list(owners)
    wait_for_turns(set(owners.values()))
    locked = [row.pk for row in Entry.objects.select_for_update().filter(pk__in=keys).order_by("pk").only("id")]
    still_due = list(due.filter(entry_id__in=locked).values_list("entry_id", flat=True))
    Entry.objects.filter(pk__in=still_due).delete()
    for bucket in range(BUCKETS):
        whose = {owners[key] for key in still_due if bucket_of(key.bytes) == bucket}
        IndexSegment.objects.filter(owner__in=whose, bucket=bucket).delete()
    return len(still_due)
