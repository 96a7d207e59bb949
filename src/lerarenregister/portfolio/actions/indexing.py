"""Keeping a part of her index, after a search that missed it: saving costs nothing for it, and one that was killed or
came too late is only missed once more."""

from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.turns import take_turn
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.models import IndexSegment
from lerarenregister.portfolio.queries.indexing import marks_of, segment_of
from lerarenregister.portfolio.rules.indexing import index_place, key_in


def keep_segment(*, viewer: Viewer, sealer: Sealer, bucket: int) -> bool:
    """Make the segment of this bucket anew from what she has now, and keep it; whether it was kept.

    It is read and made outside of the transaction. When something of it was erased meanwhile nothing is kept: who
    erases takes the same turn, so that no segment outlives what it is of. Raises SignInNeeded when the account is
    closed.
    """
    owner = viewer.person()
    packed, marks = segment_of(owner, sealer, bucket)
    envelope = sealer.seal(packed, bound_to=index_place(owner, bucket))
    with transaction.atomic():
        take_turn(owner)
        if not _ids(marks) <= _ids(marks_of(owner)):
            return False
        IndexSegment.objects.update_or_create(
            owner=owner, bucket=bucket, defaults={"envelope": envelope}, create_defaults=_row(envelope)
        )
    return True


def _row(envelope: bytes) -> dict[str, UUID | bytes]:
    return {"id": random_id(), "envelope": envelope}


def _ids(marks: set[str]) -> set[bytes]:
    return {key_in(each) for each in marks}
