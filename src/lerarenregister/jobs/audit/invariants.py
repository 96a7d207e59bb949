"""What may never be in the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from lerarenregister.audit import queries
from lerarenregister.audit.keys import public_key
from lerarenregister.kernel.findings import Finding

UNSEALED_FOR = timedelta(hours=1)


def broken(at: datetime) -> Iterator[Finding]:
    """The log verifies under our own key, nothing waited for its place longer than an hour, and what it said is gone
    after its term."""
    yield from queries.broken_rules(key=public_key(), origin=settings.AUDIT_ORIGIN, at=at, unsealed_for=UNSEALED_FOR)
    yield from queries.not_forgotten()
