"""How much waits at the support organisation, in numbers alone."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register.models import Case, Review, Transfer
from lerarenregister.register.rules.cases import CaseKind, Turn


@dataclass(frozen=True, slots=True)
class Queue:
    """Open cases of a kind at the support organisation: how many, too late, without anybody, and due within a week."""

    kind: CaseKind
    amount: int
    late: int
    loose: int
    soon: int


def queues(viewer: Viewer, *, at: datetime) -> list[Queue]:
    """The queues of the desk, one for each kind, in numbers alone; raises NotAllowed."""
    viewer.must(Permission.REGISTER_CASE_LIST)
    today = dutch_date(at)
    rows = Case.objects.filter(turn__in=(Turn.DESK, Turn.SECOND)).values_list("kind", "due_on", "assigned_to")
    amounts: dict[str, Counter[str]] = {kind: Counter() for kind in CaseKind}
    for kind, due_on, assigned in rows:
        days = (due_on - today).days if due_on else 0
        amounts[kind].update(amount=1, late=int(days < 0), loose=int(assigned is None), soon=int(0 <= days <= 7))
    return [
        Queue(kind, *(found[name] for name in ("amount", "late", "loose", "soon"))) for kind, found in _items(amounts)
    ]


@dataclass(frozen=True, slots=True)
class Besides:
    """What waits at the desk beside the cases: reviews of identity, and transfers that a second person agrees to."""

    reviews: int
    transfers: int


def besides(viewer: Viewer) -> Besides:
    """In numbers alone; raises NotAllowed."""
    viewer.must(Permission.REGISTER_CASE_LIST)
    return Besides(
        reviews=Review.objects.filter(decided_at=None).count(),
        transfers=Transfer.objects.filter(agreed_at=None).count(),
    )


def _items(amounts: dict[str, Counter[str]]) -> list[tuple[CaseKind, Counter[str]]]:
    return [(CaseKind(kind), found) for kind, found in amounts.items()]
