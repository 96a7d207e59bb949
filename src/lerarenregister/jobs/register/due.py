"""What the daily work does for the register."""

from datetime import datetime

from lerarenregister.register import actions, queries


def resume_unfinished(at: datetime) -> int:
    """Continue deliveries whose worker died; one that is still at work takes turns with us. Returns how many."""
    ids = queries.unfinished()
    for delivery in ids:
        actions.continue_delivery(delivery=delivery, at=at)
    return len(ids)


def run(at: datetime) -> str:
    """Resume, then erase what has had its term; idempotent."""
    resumed = resume_unfinished(at)
    done = actions.destroy_due(at)
    return (
        f"{resumed} deliveries resumed; {done.codes} codes expired, {done.deliveries} stagings, "
        f"{done.work_mails} work addresses erased, {done.interrupted} interrupted receptions closed"
    )
