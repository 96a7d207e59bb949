"""What waits in the outbox, for who checks it and for who runs the register."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lerarenregister.kernel.findings import Finding
from lerarenregister.kernel.holdings import Held
from lerarenregister.outbox.models import Message
from lerarenregister.outbox.rules import next_try_after

_CLOCKS_DIFFER = timedelta(minutes=1)
_BATCH = 1_000


def broken_rules(at: datetime) -> Iterator[Finding]:
    """Messages that will never be sent nor given up: neither sent nor failed, and due later than a next try can be."""
    waiting = Message.objects.filter(sent_at=None, failed_at=None)
    for tries in list(waiting.order_by("tries").values_list("tries", flat=True).distinct()):
        latest = at + _CLOCKS_DIFFER + (next_try_after(tries) if tries else timedelta())
        late = waiting.filter(tries=tries, due_at__gt=latest).values_list("id", flat=True)
        for key in late.iterator(chunk_size=_BATCH):
            yield Finding("a message is neither sent, failed nor due", str(key))


def references_waiting(template: str) -> Iterator[UUID]:
    """About what the messages of a template are that still wait."""
    waiting = Message.objects.filter(template=template, sent_at=None, failed_at=None)
    return waiting.values_list("reference", flat=True).iterator(chunk_size=_BATCH)


def mailed_as(message: UUID) -> tuple[str, UUID] | None:
    """The template and the reference of a message that was sent, as long as it is known; None of any other."""
    return Message.objects.filter(pk=message, sent_at__isnull=False).values_list("template", "reference").first()


def held_of(references: Collection[UUID]) -> Iterator[Held]:
    """The messages about these ids of one person that wait or were sent not long ago."""
    names = ("id", "template", "values", "created_at", "due_at", "tries", "sent_at", "failed_at")
    rows = Message.objects.filter(reference__in=references).order_by("pk").values("reference", *names)
    yield Held("messages", iter(rows))


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many messages wait, and since when the oldest does; how many were given up and not yet removed."""

    waiting: int
    failed: int
    oldest_waiting_at: datetime | None


def outbox_state() -> OutboxState:
    """Counts and times; no message."""
    waiting = Message.objects.filter(sent_at__isnull=True, failed_at__isnull=True)
    return OutboxState(
        waiting=waiting.count(),
        failed=Message.objects.filter(failed_at__isnull=False).count(),
        oldest_waiting_at=waiting.order_by("created_at").values_list("created_at", flat=True).first(),
    )
