"""Writing to the log: events by the actions of every domain, tree heads by the one sealer."""

import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from lerarenregister.audit import checkpoints, merkle
from lerarenregister.audit.bulk import insert_rows, set_numbers
from lerarenregister.audit.events import OWN_ROLES, Actor, Consultation, Event, EventsForgotten, ProcessingLogGiven
from lerarenregister.audit.models import (
    AuditEvent,
    EventSubject,
    Forgotten,
    TreeHead,
    between_ends,
    commitment_of,
    leaf_of,
)
from lerarenregister.kernel.identifiers import new_id

_TOGETHER = 500


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
    rows: list[tuple[Any, ...]] = []
    concerned: list[tuple[UUID, UUID]] = []
    for entry in entries:
        row = _values(entry, actor=actor, at=at)
        rows.append(row)
        concerned += [(row[0], subject) for subject in dict.fromkeys(entry.subjects)]
    insert_rows(AuditEvent, _COLUMNS, rows)
    insert_rows(EventSubject, ("event_id", "subject"), concerned)
    return [row[0] for row in rows]


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


def _values(entry: Entry, *, actor: Actor, at: datetime) -> tuple[Any, ...]:
    """The row of an event as it is inserted, in the order of `_COLUMNS`."""
    key, salt, name, facts = new_id(), os.urandom(32), entry.event.name(), entry.event.facts()
    reason = str(entry.event.reason) if isinstance(entry.event, Consultation) else ""
    commitment = commitment_of(
        salt,
        account=actor.account,
        role=actor.role,
        organisation=actor.organisation,
        reason=reason,
        subjects=entry.subjects,
        facts=facts,
    )
    leaf = leaf_of(key, at=at, name=name, commitment=commitment)
    who = (actor.account, actor.role, actor.organisation)
    return (key, at, name, *who, reason, json.dumps(facts), salt, commitment, leaf)


def erase_own_acts(*, subjects: Collection[UUID], account: UUID) -> int:
    """Erase what the log says of the acts of this account about itself, in the caller's transaction; returns how many.

    `subjects` are all ids of the person. That something of that name happened at that moment stays, and the log stays
    valid. What others did stays whole, and so does what she did in a role, for an organisation.
    """
    concerning = EventSubject.objects.filter(subject__in=subjects).values("event_id")
    own = AuditEvent.objects.filter(pk__in=concerning, actor_account=account, actor_role__in=OWN_ROLES)
    ids = list(own.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), _TOGETHER):
        _erase(ids[start : start + _TOGETHER])
    return len(ids)


def forget_events(*, before: datetime, at: datetime) -> int:
    """Erase what the log says of anybody in events before this moment, which have had their term; returns how many.

    That something of that name happened at that moment stays, and the log stays valid; so does all of an event that
    names nobody. Each batch is a transaction; cut short, the next run goes on. A moment until which it was done before
    costs one statement.
    """
    done = Forgotten.objects.filter(pk=1).values_list("before", flat=True).first()
    if done is not None and done >= before:
        return 0
    told = EventSubject.objects.filter(event=OuterRef("pk"))
    due = AuditEvent.objects.filter(Q(actor_account__isnull=False) | Exists(told), at__lt=before, salt__isnull=False)
    if done is not None:
        due = due.filter(at__gte=done)
    due, forgotten = between_ends(due).order_by("id"), 0
    batch = list(due.values_list("id", flat=True)[:_TOGETHER])
    while batch:
        with transaction.atomic():
            _erase(batch)
            record(EventsForgotten(before, len(batch)), actor=Actor(None, "job"), at=at)
        forgotten += len(batch)
        batch = list(due.filter(id__gt=batch[-1]).values_list("id", flat=True)[:_TOGETHER])
    Forgotten.objects.update_or_create(pk=1, defaults={"before": before})
    return forgotten


def _erase(events: Sequence[UUID]) -> None:
    EventSubject.objects.filter(event__in=events).delete()
    AuditEvent.objects.filter(pk__in=events).update(
        facts=None, salt=None, actor_account=None, actor_role="", organisation="", reason=""
    )


@transaction.atomic
def note_processing_log(*, begin: datetime, until: datetime, at: datetime) -> None:
    """Somebody at the machine takes the processing log of a period: noted before the first line is printed."""
    record(ProcessingLogGiven(begin, until), actor=Actor(None, "command"), at=at)


def seal(*, key: Ed25519PrivateKey, origin: str, at: datetime, most: int = 500) -> int:
    """Give at most `most` committed events without a leaf their place and sign a new head; returns how many.

    "Without a leaf", never "after the last id": a slow transaction may commit an older id later. The head is read
    before what waits: then a second sealer that came between gives these places to the same events, or meets the
    unique index or the primary key of the head, and its transaction fails whole (IntegrityError).
    """
    head = TreeHead.objects.order_by("-size").first()
    waiting = list(
        AuditEvent.objects.filter(leaf_index__isnull=True).order_by("id").values_list("id", "leaf_hash")[:most]
    )
    if not waiting:
        return 0
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
