"""Support decides whether a code and a sign-in with another name or birth date are the same person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register.actions.activation import join
from lerarenregister.register.events import ReviewDecided
from lerarenregister.register.models import Employee, Review


@transaction.atomic
def decide_review(*, review: UUID, accepted: bool, words: str, viewer: Viewer, at: datetime) -> None:
    """Accept (her file joins her account) or refuse, with a reason in words.

    Raises NotAllowed, Absent (unknown or decided already), Invalid (no reason, or over 2,000 characters). Nobody
    decides a review of her own.
    """
    actor = viewer.must(Permission.REGISTER_REVIEW_DECIDE)
    row = Review.objects.select_for_update().filter(pk=review, decided_at=None).first()
    if row is None or row.account == viewer.account:
        raise Absent("no such review")
    said = words.strip()
    if not said or len(said) > 2_000:
        raise Invalid("words")
    employee = Employee.objects.select_for_update().get(pk=row.employee_id)
    if accepted and employee.account is not None:
        raise Absent("the file has joined an account already")
    row.decided_at, row.decided_by, row.accepted, row.words = at, actor.account, accepted, said
    row.save()
    if accepted:
        join(employee, row.account, at=at)
    subjects = [row.account, employee.id]
    record(ReviewDecided(row.id, accepted, row.account), actor=actor, at=at, subjects=subjects)
