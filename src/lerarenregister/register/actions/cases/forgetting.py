"""Cases go: with what they are about, with her account, and after their term."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.register.events import CasesForgotten
from lerarenregister.register.models import Case, CaseStep
from lerarenregister.register.rulebook import over, terms_at

_AT_ONCE = 1_000


@transaction.atomic
def forget_cases(at: datetime) -> int:
    """Erase closed cases after their term, and who acted in others after the term of giving account; how many cases."""
    before = over(lambda terms: terms.case_kept, at)
    due = list(Case.objects.filter(closed_at__lt=before).values_list("pk", flat=True)[:_AT_ONCE])
    if due:
        Case.objects.filter(pk__in=due).delete()
        record(CasesForgotten(len(due)), actor=Actor(None, "job"), at=at)
    gone = at - terms_at(at).accountability
    named = Q(account__isnull=False) | ~Q(name_hash=b"")
    CaseStep.objects.filter(named, at__lt=gone).update(account=None, name_hash=b"", birth_hash=b"")
    claimed = ~Q(claimed_family_name="", claimed_given_name="", claimed_birth_date=None)
    closed = Case.objects.filter(claimed, closed_at__lt=at - terms_at(at).claims)
    closed.update(claimed_family_name="", claimed_given_name="", claimed_birth_date=None)
    return len(due)
