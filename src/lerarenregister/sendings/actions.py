"""Keeping and forgetting that a form was done. No event: a row names nobody and nothing of hers."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lerarenregister.sendings.errors import AlreadyDone
from lerarenregister.sendings.models import Sending


def keep(*, sending: UUID, said: bytes, status: int, leads_to: str, at: datetime) -> None:
    """Note that this form is done, in the transaction of the act: the unique index lets one sending through.

    Raises AlreadyDone when another one was first; the caller's transaction is to be rolled back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("that a form is done is noted in the transaction of its act")
    row = Sending(id=sending, said=said, status=status, leads_to=leads_to, done_at=at)
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyDone from error


@transaction.atomic
def forget(*, before: datetime) -> int:
    """Destroy what was done before this moment; returns how many."""
    destroyed, _ = Sending.objects.filter(done_at__lt=before).delete()
    return destroyed
