"""The event table, its subjects and the signed tree heads."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.functions import Cast

from lerarenregister.audit import merkle
from lerarenregister.kernel.canonical import canonical_json


class AuditEvent(models.Model):
    """One event. `leaf_hash` commits to the row through `commitment` = SHA-256(salt, facts): erasing salt and facts
    erases what was said while the tree stays valid. `leaf_index` is null until the sealer has given it its place."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    name = models.CharField(max_length=80)
    actor_account = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=40)
    organisation = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    commitment = models.BinaryField()
    leaf_hash = models.BinaryField()
    leaf_index = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaf_index"], name="audit_leaf_index_once")]
        indexes = [
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(leaf_index__isnull=True)),
        ]

    def committed(self, subjects: Iterable[UUID]) -> bytes:
        """The commitment that the row should have, from its salt, its facts and these subjects."""
        return commitment_of(
            bytes(self.salt or b""),
            account=self.actor_account,
            role=self.actor_role,
            organisation=self.organisation,
            reason=self.reason,
            subjects=subjects,
            facts=self.facts,
        )

    def leaf(self) -> bytes:
        """The leaf hash that the row should have."""
        return leaf_of(self.id, at=self.at, name=self.name, commitment=bytes(self.commitment))


def commitment_of(
    salt: bytes,
    *,
    account: UUID | None,
    role: str,
    organisation: str,
    reason: str,
    subjects: Iterable[UUID],
    facts: dict[str, Any] | None,
) -> bytes:
    """SHA-256(salt || canonical JSON of actor, reason, subjects and facts): hides them until the salt is known."""
    said = {
        "actor": str(account) if account else None,
        "role": role,
        "organisation": organisation,
        "reason": reason,
        "subjects": sorted({str(subject) for subject in subjects}),
        "facts": facts,
    }
    return hashlib.sha256(salt + canonical_json(said)).digest()


def leaf_of(event: UUID, *, at: datetime, name: str, commitment: bytes) -> bytes:
    """The RFC 6962 leaf hash: over the event's id, moment (microseconds, UTC), name and commitment."""
    leaf = {"at": _moment(at), "commitment": commitment.hex(), "id": str(event), "name": name, "v": 1}
    return merkle.leaf_hash(canonical_json(leaf))


@lru_cache(maxsize=16)
def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def between_ends(events: models.QuerySet[AuditEvent]) -> models.QuerySet[AuditEvent]:
    """The same events, found by their ids: to be read in the order of those without reading all of before and after."""
    # As text: PostgreSQL has no least of identifiers, and no index that tempts it to look for one from the beginning.
    ends = (
        events.order_by()
        .annotate(key=Cast("id", models.CharField()))
        .aggregate(first=models.Min("key"), last=models.Max("key"))
    )
    if ends["first"] is None:
        return events.none()
    return events.filter(id__gte=UUID(ends["first"]), id__lte=UUID(ends["last"]))


class EventSubject(models.Model):
    """A person whom an event concerns: an opaque id of her account, or of her file at a board before she has one."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "event"], name="audit_subject_once")]
        indexes = [models.Index(fields=["event"], name="audit_subject_event")]


class TreeHead(models.Model):
    """A signed head of the tree: a C2SP checkpoint over the first `size` leaves. `peaks` are the roots of its full
    subtrees, left to right, from which the next leaves are appended."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField()
    peaks = models.BinaryField()
    checkpoint = models.TextField()


class Forgotten(models.Model):
    """One row: before this moment the log says nothing of anybody any more, for that had its term."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    before = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_forgotten")]
