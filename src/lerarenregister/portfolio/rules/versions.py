"""Which change leaves the version before it in the history."""

from dataclasses import replace
from datetime import datetime, timedelta

from lerarenregister.portfolio.rules.entries import Content
from lerarenregister.portfolio.rules.stories import only_moved

SITTING = timedelta(hours=1)
"""Moving the pieces of a long collection one by one would fill the portfolio with its orders: of one sitting, the order
in which it began is kept."""


def leaves_version(before: Content, after: Content, *, saved_at: datetime, at: datetime) -> bool:
    """Whether what stood there goes to the history. The day on which a repeating activity was handled is no history."""
    if replace(before, facets=replace(before.facets, handled=after.facets.handled)) == after:
        return False
    moved = only_moved(before.pieces, after.pieces) and replace(before, pieces=after.pieces) == after
    return not (moved and at - saved_at < SITTING)
