"""What may never be in the outbox."""

from collections.abc import Iterator
from datetime import datetime

from lerarenregister.kernel.findings import Finding
from lerarenregister.outbox import queries


def broken(at: datetime) -> Iterator[Finding]:
    """Every message was sent, was given up or will be tried."""
    yield from queries.broken_rules(at)
