"""Keeping what a device of hers wrote without a connection: once, however often it is sent, and over nothing."""

import enum
from datetime import datetime

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.turns import take_turn
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.actions import Outcome, Saved, save_entry
from lerarenregister.portfolio.rules.queued import Queued, apart


class Kept(enum.StrEnum):
    """What keeping came to."""

    SAVED = "saved"
    BOTH = "both"
    NOTHING_TO_KEEP = "nothing-to-keep"


@transaction.atomic
def keep_queued(*, viewer: Viewer, sealer: Sealer, queued: Queued, at: datetime) -> Kept:
    """Save it as `save_entry` does. When something else was saved since, or the entry is gone or damaged, both are
    kept: hers as an entry of its own with a link. A text that arrived before is not kept again, unless it was deleted
    for good since.

    Raises Absent when the id for the one beside is of somebody else, PortfolioFull, FileGone.
    """
    take_turn(viewer.person())  # before a row is locked: the entry beside takes it after that
    try:
        saved = save_entry(
            viewer=viewer,
            sealer=sealer,
            entry_id=queued.entry,
            expected=queued.base,
            content=queued.content,
            at=at,
        )
    except (Absent, Unreadable):
        saved = None
    if saved is not None and saved.outcome is Outcome.NOTHING_TO_KEEP:
        return Kept.NOTHING_TO_KEEP
    if saved is not None and (saved.outcome is not Outcome.CONFLICT or _arrived(viewer, sealer, queued, saved)):
        return Kept.SAVED
    # The second time the entry beside is there already, perhaps changed since: that is no reason to make another.
    save_entry(viewer=viewer, sealer=sealer, entry_id=queued.beside, expected=0, content=apart(queued), at=at)
    return Kept.BOTH


def _arrived(viewer: Viewer, sealer: Sealer, queued: Queued, present: Saved) -> bool:
    """Whether this text was saved before, and its answer never came: it stands in the bin or among earlier versions."""
    try:
        found = [each.content for each in queries.history(viewer, sealer, queued.entry)]
    except Unreadable:
        return False  # it is kept beside: twice is better than not
    found += [present.entry.content] if present.entry else []
    forms = queries.forms_of(viewer.person(), queued.content.joined(), sealer)
    return queued.content.keeping(forms, queued.entry) in found
