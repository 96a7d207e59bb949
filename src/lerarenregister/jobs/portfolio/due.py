"""What is due for the portfolio."""

from datetime import datetime

from lerarenregister.portfolio import actions


def run_due(at: datetime) -> str:
    """Remove what was deleted over 30 days ago; safe to repeat. Answers with a sentence for the operator."""
    removed = 0
    while batch := actions.purge_due(at=at):
        removed += batch
    return f"{removed} deleted portfolio entries removed for good"
