"""Noting how the daily work went. No event for that: it says nothing of people, and comes every minute."""

from datetime import datetime

from django.db import transaction

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.upkeep import queries
from lerarenregister.upkeep.events import ClockVouchedFor
from lerarenregister.upkeep.models import Horizon, Part
from lerarenregister.upkeep.rules import Running, Trust, reached, trust_in


def note_done(*, part: str, at: datetime) -> None:
    """The part went well."""
    Part.objects.update_or_create(name=part, defaults={"done_at": at})


def note_failed(*, part: str, at: datetime) -> None:
    """The part did not do its work."""
    Part.objects.update_or_create(name=part, defaults={"failed_at": at})


@transaction.atomic
def advance_horizon(*, machine: Running, at: datetime, vouched: bool = False) -> Trust:
    """Ask whether what is due at this moment may be destroyed. If so the horizon moves there; if not, it stays where it
    is, with the doubt beside it. `vouched`: an operator knows that the clock is right; a doubt then ends in the log."""
    row = Horizon.objects.select_for_update().filter(pk=1).first()
    last = queries.horizon_of(row) if row else None
    trust = trust_in(at, database=queries.database_clock(), machine=machine, last=last)
    needed = vouched and not trust.granted
    if trust.doubt and vouched:
        record(ClockVouchedFor(trust.doubt, last.moment if last else at), actor=Actor(None, "command"), at=at)
        trust = Trust(None)
    if trust.granted:
        now = reached(at, machine=machine, last=last, vouched=needed)
        said = {"moment": at, "start": machine.start, "running_seconds": now.machine.seconds, "doubt": ""}
        Horizon.objects.update_or_create(pk=1, defaults=said)
    elif row and row.doubt != trust.doubt:
        Horizon.objects.filter(pk=1).update(doubt=trust.doubt)
    return trust
