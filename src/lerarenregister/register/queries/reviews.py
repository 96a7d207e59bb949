"""Reviews of identity that wait, for support. Looking at them is recorded."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.errors import Absent
from lerarenregister.register.events import ReviewsConsulted
from lerarenregister.register.models import PersonVersion, Review
from lerarenregister.register.queries.letters import full_name
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.identity import ClaimedIdentity, may_be_her_own


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """What was delivered beside what the sign-in says. `decide_by` is the end of the rulebook's term for deciding."""

    id: UUID
    asked_at: datetime
    decide_by: datetime
    late: bool
    board: str
    staff_number: str
    delivered_name: str
    delivered_birth_date: date
    claimed_name: str
    claimed_birth_date: date | None


@transaction.atomic
def reviews_waiting(
    *, claims: ClaimedIdentity, viewer: Viewer, at: datetime, most: int = 50, among: UUID | None = None
) -> list[ReviewShown]:
    """The oldest reviews that wait; raises NotAllowed. One consultation is recorded with all subjects.

    Those that may be the viewer's own, by the `claims` of her sign-in, are left out. Raises Absent, and nothing is
    consulted, when `among` is given and is none of them.
    """
    actor = viewer.must(Permission.REGISTER_REVIEW_LIST)
    waiting = Review.objects.filter(decided_at=None)
    if viewer.account is not None:
        waiting = waiting.exclude(account=viewer.account)
    rows = list(waiting.select_related("employee__board").order_by("asked_at")[:most])
    people = {
        row.employee_id: row
        for row in PersonVersion.objects.filter(employee_id__in=[each.employee_id for each in rows], superseded_at=None)
    }
    rows = [row for row in rows if not may_be_her_own(claims, asked_by(row), delivered_as(people[row.employee_id]))]
    if among is not None and among not in {row.id for row in rows}:
        raise Absent("no such review waits")
    if not rows:
        return []
    subjects = [subject for row in rows for subject in (row.account, row.employee_id)]
    record(ReviewsConsulted(Reason.REVIEW_OF_IDENTITY, len(rows)), actor=actor, at=at, subjects=subjects)
    return [_shown(row, people[row.employee_id], at) for row in rows]


def asked_by(row: Review) -> ClaimedIdentity:
    """What the sign-in of who asked said of her."""
    return ClaimedIdentity(row.claimed_family_name, row.claimed_given_name, row.claimed_birth_date)


def delivered_as(person: PersonVersion) -> ClaimedIdentity:
    """What the board says of her, in the same form."""
    return ClaimedIdentity(f"{person.prefix} {person.family_name}", "", person.birth_date)


def _shown(row: Review, person: PersonVersion, at: datetime) -> ReviewShown:
    decide_by = row.asked_at + terms_at(row.asked_at).review
    return ReviewShown(
        id=row.id,
        asked_at=row.asked_at,
        decide_by=decide_by,
        late=decide_by <= at,
        board=row.employee.board.number,
        staff_number=row.employee.staff_number,
        delivered_name=full_name(person.initials, person.prefix, person.family_name),
        delivered_birth_date=person.birth_date,
        claimed_name=" ".join(part for part in (row.claimed_given_name, row.claimed_family_name) if part),
        claimed_birth_date=row.claimed_birth_date,
    )
