"""People of a board who have no account yet, for its staff. Looking at them is recorded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.paging import Paged
from lerarenregister.register.events import PeopleConsulted
from lerarenregister.register.models import ActivationCodeIssued, Employee, PersonVersion
from lerarenregister.register.queries.letters import full_name

PAGE = 50


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Someone whom this board delivered and who has no account here yet. `code_until`: when her live code expires."""

    employee: UUID
    staff_number: str
    name: str
    code_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage(Paged):
    """A page of people; `count` is how many there are in all."""

    people: tuple[PersonShown, ...]
    count: int


@transaction.atomic
def people_without_account(board: str, *, viewer: Viewer, at: datetime, page: int = 1) -> PersonPage:
    """A page of 50, by staff number; raises NotAllowed. One consultation is recorded with all who are shown."""
    actor = viewer.must(Permission.REGISTER_PERSON_LIST, scope=board)
    rows = Employee.objects.filter(board__number=board, account__isnull=True)
    count = rows.count()
    total = max(1, -(-count // PAGE))
    number = min(max(1, page), total)
    chosen = list(rows.order_by("staff_number")[(number - 1) * PAGE : number * PAGE])
    ids = [row.id for row in chosen]
    people = {row.employee_id: row for row in PersonVersion.objects.filter(employee_id__in=ids, superseded_at=None)}
    codes = dict(
        ActivationCodeIssued.objects.filter(
            employee_id__in=ids, voided_at=None, redeemed_at=None, expires_at__gt=at
        ).values_list("employee_id", "expires_at")
    )
    if ids:
        event = PeopleConsulted(Reason.BOARD_CHECKS_OWN_DELIVERY, board)
        record(event, actor=actor, at=at, subjects=ids)
    shown = []
    for row in chosen:
        person = people[row.id]
        name = full_name(person.initials, person.prefix, person.family_name)
        shown.append(PersonShown(row.id, row.staff_number, name, codes.get(row.id)))
    return PersonPage(people=tuple(shown), count=count, number=number, total=total)
