"""Whom a board may have delivered twice, under two staff numbers: for its staff, out of what it delivered itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register.events import PeopleConsulted
from lerarenregister.register.models import AppointmentVersion, Duplicate, PersonVersion
from lerarenregister.register.queries.letters import full_name

MOST = 50


@dataclass(frozen=True, slots=True)
class Delivered:
    """Somebody as this board delivered her last."""

    staff_number: str
    name: str


@dataclass(frozen=True, slots=True)
class DeliveredTwice:
    """Two staff numbers that may be one person's; `one` was delivered first."""

    one: Delivered
    other: Delivered


@transaction.atomic
def delivered_twice(board: str, *, viewer: Viewer, at: datetime) -> list[DeliveredTwice]:
    """Pairs of its people who look alike and both work there today, unless two people found that they are two; at most
    50. What somebody did with what was delivered plays no part in it. Looking is recorded. Raises NotAllowed."""
    actor = viewer.must(Permission.REGISTER_PERSON_LIST, scope=board)
    running = AppointmentVersion.objects.filter(
        Q(until=None) | Q(until__gt=dutch_date(at)), superseded_at=None, withdrawn=False
    )
    rows = Duplicate.objects.filter(
        Exists(running.filter(appointment__employee=OuterRef("one"))),
        Exists(running.filter(appointment__employee=OuterRef("other"))),
        one__board__number=board,
        other__board__number=board,
    ).exclude(same=False)
    pairs = list(rows.order_by("one__staff_number", "other__staff_number")[:MOST].values_list("one", "other"))
    ids = list(dict.fromkeys(key for pair in pairs for key in pair))
    if not ids:
        return []
    people = PersonVersion.objects.filter(employee__in=ids, superseded_at=None).select_related("employee")
    shown = {
        each.employee_id: Delivered(each.employee.staff_number, full_name(each.initials, each.prefix, each.family_name))
        for each in people
    }
    record(PeopleConsulted(Reason.BOARD_CHECKS_OWN_DELIVERY, board), actor=actor, at=at, subjects=ids)
    return [DeliveredTwice(shown[one], shown[other]) for one, other in pairs]
