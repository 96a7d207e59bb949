"""Support decides whether a code and a sign-in with another name or birth date are the same person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register.actions.activation import join
from lerarenregister.register.events import ReviewDecided
from lerarenregister.register.models import Employee, PersonVersion, Review
from lerarenregister.register.queries.reviews import asked_by, delivered_as
from lerarenregister.register.rules.identity import ClaimedIdentity, may_be_her_own


@transaction.atomic
def decide_review(
    *, review: UUID, accepted: bool, words: str, claims: ClaimedIdentity, viewer: Viewer, at: datetime
) -> None:
    """Accept (her file joins her account) or refuse, with a reason in words.

    `claims` are those of who decides: nobody decides a review of her own, also not through another account of hers.
    The same decision in the same words by the same person changes nothing: its answer may not have reached her.
    Raises NotAllowed, Absent (unknown, decided already, or her own), Invalid (no reason, or over 2,000 characters).
    """
    actor = viewer.must(Permission.REGISTER_REVIEW_DECIDE)
    said = words.strip()
    decided = Review.objects.filter(pk=review, decided_by=actor.account, accepted=accepted, words=said)
    employee = Employee.objects.select_for_update().filter(pk__in=_employee_of(review)).first()
    if decided.exists():
        return
    row = Review.objects.select_for_update().filter(pk=review, decided_at=None).first()
    if employee is None or row is None or row.account == viewer.account:
        raise Absent("no such review")
    person = PersonVersion.objects.get(employee=employee, superseded_at=None)
    if may_be_her_own(claims, asked_by(row), delivered_as(person)):
        raise Absent("no such review")
    if not said or len(said) > 2_000:
        raise Invalid("words")
    if accepted and employee.account is not None:
        raise Absent("the file has joined an account already")
    row.decided_at, row.decided_by, row.accepted, row.words = at, actor.account, accepted, said
    row.save()
    if accepted:
        join(employee, row.account, at=at)
    subjects = [row.account, employee.id]
    record(ReviewDecided(row.id, accepted, row.account), actor=actor, at=at, subjects=subjects)


def _employee_of(review: UUID) -> QuerySet[Review, UUID]:
    return Review.objects.filter(pk=review).values_list("employee_id", flat=True)
