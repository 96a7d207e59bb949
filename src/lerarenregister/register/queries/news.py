"""What there is to tell her of her registration: that something happened that she did not do, or waits for her.

For who tells people by mail that there is a message; what it is stands on her pages alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register.models import Act, Case, CaseStep, EndNotice
from lerarenregister.register.queries.answering import accounts_of
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
    yield from _told(EndNotice.objects.filter(given_at__gt=since, lifted_at=None, act=None), "given_at")


def _waiting(until: date) -> Iterable[tuple[UUID, date]]:
    turn = Case.objects.filter(turn=Turn.PERSON, due_on__lte=until, account__isnull=False)
    for account, day in turn.values_list("account", "due_on"):
        if account is not None and day is not None:
            yield account, day
    yield from _told(EndNotice.objects.filter(ends_on__lte=until, lifted_at=None, act=None), "ends_on")


def _told(notices: QuerySet[EndNotice], field: str) -> Iterator[tuple[UUID, Any]]:
    """A field of each notice, for each account of whom it is about: those whose registration answers as it too."""
    for root, value in notices.values_list("registration", field):
        for account in accounts_of(root):
            yield account, value
