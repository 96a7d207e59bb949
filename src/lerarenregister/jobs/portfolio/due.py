"""What is due for the portfolio."""

from datetime import datetime

from lerarenregister.portfolio import actions


def destroy(at: datetime) -> str:
    """Remove what was deleted over 30 days ago; safe to repeat. A sentence, or "" when nothing was due."""
    removed = 0
    while batch := actions.purge_due(at=at):
        removed += batch
    return f"{removed} deleted portfolio entries removed for good" if removed else ""
