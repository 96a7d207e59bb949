"""Publishing what delivering cost all boards together, once a day."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register.events import BurdenPublished
from lerarenregister.register.models import BurdenOfAll
from lerarenregister.register.queries.burden import measured
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.burden import burden_of, published


@transaction.atomic
def publish_burden(at: datetime) -> bool:
    """Publish the figures of the year before today, unless that was done today; returns whether it was. Figures of
    other days go: what is published is one page, not a series from which single boards could be worked out."""
    today = dutch_date(at)
    if BurdenOfAll.objects.filter(on=today).exists():
        return False
    found = published(burden_of(measured(at)), terms_at(at).count_base)
    BurdenOfAll.objects.all().delete()
    BurdenOfAll.objects.create(on=today, figures=asdict(found) if found else None)
    record(BurdenPublished(today), actor=Actor(None, "job"), at=at)
    return True
