"""Work that goes on after the answer. Doors do not know each other: `project.wiring` says who does the work."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

WORKERS: list[Callable[[UUID], object]] = []


def continue_later(delivery: UUID) -> None:
    """Have the delivery checked or delivered, once what was asked is committed."""
    for worker in WORKERS:
        transaction.on_commit(lambda worker=worker: worker(delivery))  # type: ignore[misc]  # bound now, called later
