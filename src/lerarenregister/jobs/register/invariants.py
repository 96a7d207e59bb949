"""What may never be in the register: in its own rows, and between them, the log, the outbox and the accounts."""

from collections.abc import Iterator
from datetime import datetime

from lerarenregister.audit import queries as audit
from lerarenregister.jobs.invariants import absent_from, accounts_absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.outbox import queries as outbox
from lerarenregister.register import queries
from lerarenregister.register.actions.work_mail import TEMPLATE
from lerarenregister.register.events import FactsErased


def broken(_: datetime) -> Iterator[Finding]:
    """The rows agree with each other, and with as many events as there are acts."""
    yield from queries.broken_rules()
    yield from accounts_absent(queries.accounts_named())
    for employee in absent_from(outbox.references_waiting(TEMPLATE), queries.employees_known):
        yield Finding("a message is about an employee that does not exist", str(employee))
    yield from audit.without_subjects(queries.events_with_subjects())
    kept = queries.acts_kept(audit.facts_summed(FactsErased.name()))
    for name, events in audit.events_counted(list(kept)).items():
        if events != kept[name]:
            yield Finding("there are not as many acts as events that tell of them", f"{name}: {kept[name]}, {events}")
