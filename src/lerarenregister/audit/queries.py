"""Reading the log: who looked at a person's data, and whether the log is whole."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Count, Exists, Min, OuterRef, Q

from lerarenregister.audit import checkpoints, merkle
from lerarenregister.audit.errors import LogDamaged
from lerarenregister.audit.models import AuditEvent, EventSubject, Forgotten, TreeHead, between_ends
from lerarenregister.kernel.findings import Finding
from lerarenregister.kernel.holdings import Held, Row

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class SeenBy:
    """One consultation of her data: which organisation, in which role, when and why. A role answers, not a name."""

    at: datetime
    role: str
    organisation: str
    reason: str
    sealed: bool


def consultations_of(subjects: Collection[UUID], *, except_by: UUID, most: int = 200) -> list[SeenBy]:
    """Who looked at the data of these subjects (ids of one person, chosen by the door), newest first, at most `most`.

    What she looked at herself (`except_by`) is left out.
    """
    events = (
        AuditEvent.objects.filter(
            pk__in=EventSubject.objects.filter(subject__in=subjects).values("event_id"), reason__gt=""
        )
        .exclude(actor_account=except_by)
        .order_by("-id")[:most]
    )
    return [
        SeenBy(event.at, event.actor_role, event.organisation, event.reason, event.leaf_index is not None)
        for event in events
    ]


def held_of(subjects: Collection[UUID], *, herself: UUID) -> Iterator[Held]:
    """What the log says of these subjects (ids of one person): what happened, when, in which role and why.

    Who did it is a role and an organisation; only of what she did herself it says that it was she.
    """
    yield Held("events", _concerning(subjects, herself))


def _concerning(subjects: Collection[UUID], herself: UUID) -> Iterator[Row]:
    ids = EventSubject.objects.filter(subject__in=subjects).values("event_id")
    for event in AuditEvent.objects.filter(pk__in=ids).order_by("id").iterator(chunk_size=_BATCH):
        yield {
            "id": event.id,
            "at": event.at,
            "name": event.name,
            "by_herself": event.actor_account == herself,
            "role": event.actor_role,
            "organisation": event.organisation,
            "reason": event.reason,
            "facts": _facts_for(herself, event.facts),
            "place_in_log": event.leaf_index,
        }


def _facts_for(herself: UUID, facts: dict[str, Any] | None) -> dict[str, Any] | None:
    """The facts without the account of somebody else: one file may have been asked for by two people."""
    if facts is None or facts.get("account") in (None, str(herself)):
        return facts
    return {name: value for name, value in facts.items() if name != "account"}


@dataclass(frozen=True, slots=True)
class LogState:
    """How far the log is sealed."""

    size: int
    heads: int
    unsealed: int
    checkpoint: str


def log_state() -> LogState:
    """The size of the tree, the number of signed heads, what waits, and the last checkpoint ("" when there is none)."""
    last = TreeHead.objects.order_by("-size").first()
    return LogState(
        size=last.size if last else 0,
        heads=TreeHead.objects.count(),
        unsealed=AuditEvent.objects.filter(leaf_index__isnull=True).count(),
        checkpoint=last.checkpoint if last else "",
    )


@dataclass(frozen=True, slots=True)
class SealingState:
    """How the sealer keeps up: how many events wait, since when the oldest does, and when the last head was signed."""

    unsealed: int
    oldest_unsealed_at: datetime | None
    sealed_at: datetime | None


def sealing_state() -> SealingState:
    """Counts and times; no event."""
    waiting = AuditEvent.objects.filter(leaf_index__isnull=True).aggregate(events=Count("id"), oldest=Min("at"))
    return SealingState(
        unsealed=waiting["events"],
        oldest_unsealed_at=waiting["oldest"],
        sealed_at=TreeHead.objects.order_by("-size").values_list("at", flat=True).first(),
    )


def verify_log(*, key: Ed25519PublicKey, origin: str) -> LogState:
    """Recompute every leaf and every root and check every signature; raises LogDamaged with the place.

    Events that wait for their place are recomputed too; `unsealed` is how many. Events whose facts were erased are
    checked by their commitment. One pass in order, constant memory.
    """
    tree, heads, checkpoint = merkle.Peaks(), 0, ""
    leaves = _leaves()
    for head in TreeHead.objects.order_by("size").iterator(chunk_size=1000):
        while tree.size < head.size:
            index, leaf = next(leaves, (None, b""))
            if index != tree.size:
                raise LogDamaged(f"leaf {tree.size} is missing")
            tree.append(leaf)
        said = checkpoints.verify(head.checkpoint, origin=origin, key=key)
        if (said.size, said.root) != (tree.size, tree.root()):
            raise LogDamaged(f"the leaves up to {head.size} do not have the root that was signed")
        heads, checkpoint = heads + 1, head.checkpoint
    if next(leaves, None) is not None:
        raise LogDamaged(f"there are leaves after the last signed head ({tree.size})")
    return LogState(tree.size, heads, _check_unsealed(), checkpoint)


def broken_rules(*, key: Ed25519PublicKey, origin: str, at: datetime, unsealed_for: timedelta) -> Iterator[Finding]:
    """What may never be in the log: it does not verify, or an event waited for its place longer than `unsealed_for`."""
    try:
        verify_log(key=key, origin=origin)
    except LogDamaged as error:
        yield Finding("the log does not verify", str(error))
    late = AuditEvent.objects.filter(leaf_index=None, at__lt=at - unsealed_for).order_by("id")
    for event in late.values_list("id", flat=True).iterator(chunk_size=_BATCH):
        yield Finding("an event waits too long for its place in the log", str(event))


def not_forgotten() -> Iterator[Finding]:
    """Events of before the moment until which the log was forgotten, that still say something of somebody."""
    done = Forgotten.objects.filter(pk=1).values_list("before", flat=True).first()
    if done is None:
        return
    told = Q(actor_account__isnull=False) | Exists(EventSubject.objects.filter(event=OuterRef("pk")))
    found = AuditEvent.objects.filter(told, at__lt=done, salt__isnull=False).order_by("id")
    for event in found.values_list("id", flat=True).iterator(chunk_size=_BATCH):
        yield Finding("the log says something of somebody after its term", str(event))


def without_subjects(names: Collection[str]) -> Iterator[Finding]:
    """Events of these names that concern nobody; one whose facts were erased may."""
    subjects = EventSubject.objects.filter(event=OuterRef("pk"))
    found = AuditEvent.objects.filter(~Exists(subjects), name__in=names, salt__isnull=False).order_by("id")
    for event in found.values_list("id", flat=True).iterator(chunk_size=_BATCH):
        yield Finding("an event that concerns somebody names nobody", str(event))


def events_counted(names: Collection[str]) -> dict[str, int]:
    """How many events there are of each of these names."""
    counted = AuditEvent.objects.filter(name__in=names).order_by().values("name").annotate(rows=Count("pk"))
    return dict.fromkeys(names, 0) | {each["name"]: each["rows"] for each in counted}


@dataclass(frozen=True, slots=True)
class Processed:
    """An event as the processing log needs it: nothing of who did it, and no facts. `subjects` are opaque ids of
    accounts and of files at boards; none when the event is about nobody, or was erased."""

    id: UUID
    at: datetime
    name: str
    subjects: tuple[UUID, ...]


def processed_between(begin: datetime, until: datetime) -> Iterator[Processed]:
    """The events of a period (half-open), in the order of their ids. A page at a time: memory grows with the persons of
    one event, never with the log. The same twice, but for what was committed or erased in between.

    First it finds between which ids the period lies, by the moments; then it reads no event of before or after.
    """
    waiting = between_ends(AuditEvent.objects.filter(at__gte=begin, at__lt=until)).order_by("id")
    page = list(waiting.values_list("id", "at", "name")[:_BATCH])
    while page:
        first, last = page[0][0], page[-1][0]
        of_page = EventSubject.objects.filter(event_id__gte=first, event_id__lte=last).order_by("event_id", "id")
        concerned = of_page.values_list("event_id", "subject").iterator(chunk_size=_BATCH)
        next_one = next(concerned, None)
        for event_id, at, name in page:
            subjects = []
            while next_one is not None and next_one[0] <= event_id:
                if next_one[0] == event_id:  # the others are of events of another day, with ids in between
                    subjects.append(next_one[1])
                next_one = next(concerned, None)
            yield Processed(event_id, at, name, tuple(subjects))
        page = list(waiting.filter(id__gt=last).values_list("id", "at", "name")[:_BATCH])


def facts_summed(name: str) -> dict[str, int]:
    """The facts of all events of this name that are whole numbers, added up."""
    sums: Counter[str] = Counter()
    rows = AuditEvent.objects.filter(name=name, facts__isnull=False).order_by("id").values_list("facts", flat=True)
    for facts in rows.iterator(chunk_size=_BATCH):
        sums.update({key: value for key, value in (facts or {}).items() if type(value) is int})
    return dict(sums)


def _leaves() -> Iterator[tuple[int | None, bytes]]:
    """The leaf hashes in order, each recomputed from its row."""
    start = 0
    while rows := list(AuditEvent.objects.filter(leaf_index__gte=start).order_by("leaf_index")[:_BATCH]):
        _check_rows(rows)
        for row in rows:
            yield row.leaf_index, bytes(row.leaf_hash)
        start = (rows[-1].leaf_index or 0) + 1


def _check_unsealed() -> int:
    """Recompute the events without a place; how many there are."""
    waiting, checked = AuditEvent.objects.filter(leaf_index__isnull=True).order_by("id"), 0
    rows = list(waiting[:_BATCH])
    while rows:
        _check_rows(rows)
        checked += len(rows)
        rows = list(waiting.filter(id__gt=rows[-1].id)[:_BATCH])
    return checked


def _check_rows(rows: list[AuditEvent]) -> None:
    subjects: dict[UUID, list[UUID]] = {}
    for event_id, subject in EventSubject.objects.filter(event_id__in=[row.id for row in rows]).values_list(
        "event_id", "subject"
    ):
        subjects.setdefault(event_id, []).append(subject)
    for row in rows:
        _check_row(row, subjects.get(row.id, []))


def _check_row(row: AuditEvent, subjects: list[UUID]) -> None:
    if row.salt is None:
        if row.facts is not None or row.actor_account or row.actor_role or row.organisation or row.reason or subjects:
            raise LogDamaged(f"event {row.id} was erased, yet it says something")
    elif row.committed(subjects) != bytes(row.commitment):
        raise LogDamaged(f"event {row.id} says something else than it committed to")
    if row.leaf() != bytes(row.leaf_hash):
        raise LogDamaged(f"the leaf of event {row.id} was changed")
