"""Reviews of identity that wait, for support. Looking at them is recorded."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.register.events import ReviewsConsulted
from lerarenregister.register.models import PersonVersion, Review
from lerarenregister.register.queries.letters import full_name


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """What was delivered beside what the sign-in says."""

    id: UUID
    asked_at: datetime
    board: str
    staff_number: str
    delivered_name: str
    delivered_birth_date: date
    claimed_name: str
    claimed_birth_date: date | None


@transaction.atomic
def reviews_waiting(*, viewer: Viewer, at: datetime, most: int = 50) -> list[ReviewShown]:
    """The oldest reviews that wait; raises NotAllowed. One consultation is recorded with all subjects."""
    actor = viewer.must(Permission.REGISTER_REVIEW_LIST)
    waiting = Review.objects.filter(decided_at=None)
    if viewer.account is not None:
        waiting = waiting.exclude(account=viewer.account)
    rows = list(waiting.select_related("employee__board").order_by("asked_at")[:most])
    if not rows:
        return []
    people = {
        row.employee_id: row
        for row in PersonVersion.objects.filter(employee_id__in=[each.employee_id for each in rows], superseded_at=None)
    }
    subjects = [subject for row in rows for subject in (row.account, row.employee_id)]
    record(ReviewsConsulted(Reason.REVIEW_OF_IDENTITY, len(rows)), actor=actor, at=at, subjects=subjects)
    return [_shown(row, people[row.employee_id]) for row in rows]


def _shown(row: Review, person: PersonVersion) -> ReviewShown:
    return ReviewShown(
        id=row.id,
        asked_at=row.asked_at,
        board=row.employee.board.number,
        staff_number=row.employee.staff_number,
        delivered_name=full_name(person.initials, person.prefix, person.family_name),
        delivered_birth_date=person.birth_date,
        claimed_name=" ".join(part for part in (row.claimed_given_name, row.claimed_family_name) if part),
        claimed_birth_date=row.claimed_birth_date,
    )
