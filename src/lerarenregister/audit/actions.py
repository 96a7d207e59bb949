"""Writing to the log: events by the actions of every domain, tree heads by the one sealer."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from lerarenregister.audit import checkpoints, merkle
from lerarenregister.audit.bulk import insert_rows, set_numbers
from lerarenregister.audit.events import Actor, Consultation, Event
from lerarenregister.audit.models import AuditEvent, EventSubject, TreeHead
from lerarenregister.kernel.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with the persons it concerns, for writing many at once."""

    event: Event
    subjects: Sequence[UUID] = field(default=())


def record(event: Event, *, actor: Actor, at: datetime, subjects: Sequence[UUID] = ()) -> UUID:
    """Insert one event in the caller's transaction and return its id. There must be a transaction."""
    return record_all([Entry(event, subjects)], actor=actor, at=at)[0]


def record_all(entries: Iterable[Entry], *, actor: Actor, at: datetime) -> list[UUID]:
    """Insert many events of one actor and moment in the caller's transaction; returns their ids in order."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded in the transaction of its action")
    rows = [(_row(entry, actor=actor, at=at), entry.subjects) for entry in entries]
    insert_rows(AuditEvent, _COLUMNS, [_values(row) for row, _ in rows])
    insert_rows(
        EventSubject,
        ("event_id", "subject"),
        [(row.id, subject) for row, subjects in rows for subject in dict.fromkeys(subjects)],
    )
    return [row.id for row, _ in rows]


_COLUMNS = (
    "id",
    "at",
    "name",
    "actor_account",
    "actor_role",
    "organisation",
    "reason",
    "facts",
    "salt",
    "commitment",
    "leaf_hash",
)


def _values(row: AuditEvent) -> tuple[object, ...]:
    """The row as it is inserted, in the order of `_COLUMNS`."""
    return (
        row.id,
        row.at,
        row.name,
        row.actor_account,
        row.actor_role,
        row.organisation,
        row.reason,
        json.dumps(row.facts),
        row.salt,
        row.commitment,
        row.leaf_hash,
    )


def _row(entry: Entry, *, actor: Actor, at: datetime) -> AuditEvent:
    reason = str(entry.event.reason) if isinstance(entry.event, Consultation) else ""
    row = AuditEvent(
        id=new_id(),
        at=at,
        name=entry.event.name(),
        actor_account=actor.account,
        actor_role=actor.role,
        organisation=actor.organisation,
        reason=reason,
        facts=entry.event.facts(),
        salt=os.urandom(32),
    )
    row.commitment = row.committed(entry.subjects)
    row.leaf_hash = row.leaf()
    return row


def seal(*, key: Ed25519PrivateKey, origin: str, at: datetime, most: int = 500) -> int:
    """Give at most `most` committed events without a leaf their place and sign a new head; returns how many.

    "Without a leaf", never "after the last id": a slow transaction may commit an older id later. One sealer at a time:
    a second one meets the unique index or the primary key of the head and its transaction fails whole.
    """
    waiting = list(
        AuditEvent.objects.filter(leaf_index__isnull=True).order_by("id").values_list("id", "leaf_hash")[:most]
    )
    if not waiting:
        return 0
    head = TreeHead.objects.order_by("-size").first()
    tree = merkle.Peaks.unpack(head.size, bytes(head.peaks)) if head else merkle.Peaks()
    placed = []
    for event_id, leaf in waiting:
        placed.append((event_id, tree.size))
        tree.append(bytes(leaf))
    root = tree.root()
    note = checkpoints.sign(checkpoints.Head(origin, tree.size, root), key)
    with transaction.atomic():
        set_numbers(AuditEvent, "leaf_index", placed)
        TreeHead(size=tree.size, at=at, root=root, peaks=tree.pack(), checkpoint=note).save(force_insert=True)
    return len(placed)
