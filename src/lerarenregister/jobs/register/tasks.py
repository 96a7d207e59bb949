"""Background tasks of the register. Each may be run again at any time: what is done is done."""

from uuid import UUID

from django_tasks import task

from lerarenregister.kernel import clock
from lerarenregister.register import actions


@task()
def continue_delivery(delivery: str) -> str:
    """Check or deliver what was asked, to the end, and look who may be there twice; returns the state it ends in."""
    state = actions.continue_delivery(delivery=UUID(delivery), at=clock.now())
    if state == "delivered":
        actions.find_in_delivery(UUID(delivery), at=clock.now())
    return state


def enqueue_delivery(delivery: UUID) -> None:
    """Put the work on the queue."""
    continue_delivery.enqueue(str(delivery))
