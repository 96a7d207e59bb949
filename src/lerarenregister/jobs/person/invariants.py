"""What may never be among the objections."""

from collections.abc import Iterator
from datetime import datetime

from lerarenregister.jobs.invariants import accounts_absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.person import queries


def broken(_: datetime) -> Iterator[Finding]:
    """Each is of an account that is there, and is answered wholly or not at all."""
    yield from queries.broken_rules()
    yield from accounts_absent(queries.accounts_named())
