"""Queueing messages, and what the sending job tells of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lerarenregister.audit.bulk import insert_rows
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox.models import Message
from lerarenregister.outbox.rules import GIVEN_UP_AFTER, MESSAGES_KEPT, next_try_after


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is due: which template, about whom (an opaque id of the domain that asked), with which values."""

    id: UUID
    template: str
    reference: UUID
    values: dict[str, Any]
    last_try: bool


def queue(*, template: str, reference: UUID, values: dict[str, Any], at: datetime) -> UUID:
    """Put a message in the outbox, in the transaction of the act that it tells of. Values hold no secret."""
    message = Message(id=new_id(), template=template, reference=reference, values=values, created_at=at, due_at=at)
    message.save(force_insert=True)
    return message.id


def queue_all(*, template: str, references: Sequence[UUID], at: datetime) -> None:
    """Put one message without values in the outbox for each reference, in the caller's transaction."""
    columns = ("id", "template", "reference", "values", "created_at", "due_at", "tries")
    insert_rows(Message, columns, [(new_id(), template, reference, "{}", at, at, 0) for reference in references])


def withdraw(*, references: Collection[UUID]) -> int:
    """Remove the messages about these, sent or not, in the caller's transaction; returns how many."""
    removed, _ = Message.objects.filter(reference__in=references).delete()
    return removed


def claim_due(*, at: datetime, most: int = 50) -> list[Waiting]:
    """Take messages that are due; each counts as a try and comes back later unless it is reported sent or failed.

    A sender that dies halfway therefore loses nothing; at worst a message is sent twice.
    """
    claimed = []
    with transaction.atomic():
        waiting = Message.objects.filter(sent_at__isnull=True, failed_at__isnull=True, due_at__lte=at)
        for message in waiting.select_for_update(skip_locked=True).order_by("due_at")[:most]:
            message.tries += 1
            message.due_at = at + next_try_after(message.tries)
            message.save(update_fields=["tries", "due_at"])
            last = at - message.created_at >= GIVEN_UP_AFTER
            claimed.append(Waiting(message.id, message.template, message.reference, dict(message.values), last))
    return claimed


@transaction.atomic
def report_sent(message: UUID, *, at: datetime) -> None:
    """The mail server took it."""
    Message.objects.filter(pk=message, sent_at__isnull=True).update(sent_at=at)


@transaction.atomic
def report_failed(message: UUID, *, at: datetime) -> None:
    """It can not be sent, and will not be tried again."""
    Message.objects.filter(pk=message, sent_at__isnull=True).update(failed_at=at)


@transaction.atomic
def destroy_done(*, at: datetime, after: timedelta = MESSAGES_KEPT) -> int:
    """Remove messages that were sent or given up more than `after` ago; returns how many."""
    before = at - after
    sent, _ = Message.objects.filter(sent_at__lt=before).delete()
    failed, _ = Message.objects.filter(failed_at__lt=before).delete()
    return sent + failed
