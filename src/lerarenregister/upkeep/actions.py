"""Noting how the daily work went. No event: it says nothing of people, and comes every minute."""

from datetime import datetime

from lerarenregister.upkeep.models import Part


def note_done(*, part: str, at: datetime) -> None:
    """The part went well."""
    Part.objects.update_or_create(name=part, defaults={"done_at": at})


def note_failed(*, part: str, at: datetime) -> None:
    """The part did not do its work."""
    Part.objects.update_or_create(name=part, defaults={"failed_at": at})
