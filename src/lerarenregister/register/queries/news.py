"""What there is to tell her of her registration: that something happened that she did not do, or waits for her.

For who tells people by mail that there is a message; what it is stands on her pages alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register.models import Act, Case, CaseStep, EndNotice
from lerarenregister.register.rules.cases import CaseKind, Move, Turn

_TOLD = (Move.DONE, Move.KEPT, Move.AGREED, Move.PASSED_ON, Move.LAPSED)
"""What others do to a case that she reads in it; a proposal of an officer is not among them."""


@dataclass(frozen=True, slots=True)
class News:
    """When something happened last (None: nothing lately), and by which day she must do something (None: nothing)."""

    newest: datetime | None
    due_on: date | None


def news_since(since: datetime, *, at: datetime, soon: timedelta) -> dict[UUID, News]:
    """By account: what happened since a moment, and what waits for her of which the last day is within `soon`."""
    newest: dict[UUID, datetime] = {}
    for account, moment in _happened(since):
        newest[account] = max(moment, newest.get(account, moment))
    due: dict[UUID, date] = {}
    for account, day in _waiting(dutch_date(at) + soon):
        due[account] = min(day, due.get(account, day))
    return {account: News(newest.get(account), due.get(account)) for account in newest.keys() | due.keys()}


def _happened(since: datetime) -> Iterable[tuple[UUID, datetime]]:
    seen_by_her = Q(move__in=_TOLD) | Q(move=Move.OPENED, case__kind=CaseKind.DEATH)
    steps = CaseStep.objects.filter(seen_by_her, at__gt=since, case__account__isnull=False)
    for account, moment in steps.exclude(account=F("case__account")).values_list("case__account", "at"):
        if account is not None:
            yield account, moment
    acts = Act.objects.filter(decided_at__gt=since).exclude(role="teacher")
    yield from acts.values_list("registration__account", "decided_at")
    notices = EndNotice.objects.filter(given_at__gt=since, lifted_at=None, act=None)
    yield from notices.values_list("registration__account", "given_at")


def _waiting(until: date) -> Iterable[tuple[UUID, date]]:
    turn = Case.objects.filter(turn=Turn.PERSON, due_on__lte=until, account__isnull=False)
    for account, day in turn.values_list("account", "due_on"):
        if account is not None and day is not None:
            yield account, day
    ends = EndNotice.objects.filter(ends_on__lte=until, lifted_at=None, act=None)
    yield from ends.values_list("registration__account", "ends_on")
