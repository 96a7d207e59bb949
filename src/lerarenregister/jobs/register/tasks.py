"""Background tasks of the register. Each may be run again at any time: what is done is done."""

from uuid import UUID

from django_tasks import task

from lerarenregister.kernel import clock
from lerarenregister.register import actions


@task()
def continue_delivery(delivery: str) -> str:
    """Check or deliver what was asked, to the end; returns the state it ends in."""
    return actions.continue_delivery(delivery=UUID(delivery), at=clock.now())


def enqueue_delivery(delivery: UUID) -> None:
    """Put the work on the queue."""
    continue_delivery.enqueue(str(delivery))
