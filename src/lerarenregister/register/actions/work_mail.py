"""Work addresses: kept apart from the person, for one mail, and erased when it was sent or could not be."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.audit.actions import record
from lerarenregister.audit.bulk import insert_rows
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox.actions import queue_all
from lerarenregister.register.events import WorkAddressesErased
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.models import WorkMail

TEMPLATE = "register/activation"


def keep_work_mails(mails: Mapping[UUID, str], *, at: datetime) -> None:
    """Keep the addresses of these employees and queue one mail each, in the caller's transaction.

    The same address is mailed once, however often it is delivered.
    """
    ids = list(mails)
    known: dict[UUID, WorkMail] = {}
    for start in range(0, len(ids), 900):
        for row in WorkMail.objects.filter(employee_id__in=ids[start : start + 900]):
            known[row.employee_id] = row
    fresh: list[tuple[object, ...]] = []
    mailed: list[UUID] = []
    for employee, address in mails.items():
        hashed = keyed_hash("work-mail", f"{employee} {address}")
        before = known.get(employee)
        if before is not None and bytes(before.address_hash) == hashed:
            continue
        mailed.append(employee)
        if before is None:
            fresh.append((new_id(), employee, address, hashed, at))
        else:
            before.address, before.address_hash, before.delivered_at = address, hashed, at
            before.save()
    insert_rows(WorkMail, ("id", "employee_id", "address", "address_hash", "delivered_at"), fresh)
    queue_all(template=TEMPLATE, references=mailed, at=at)


@transaction.atomic
def forget_work_mail(*, employee: UUID, at: datetime, again: bool = False) -> None:
    """Erase the address: the mail was sent, or it finally bounced. `again`: nothing was ever sent to it, so when it is
    delivered once more it is mailed."""
    changed: dict[str, object] = {"address": "", "address_hash": b""} if again else {"address": ""}
    erased = WorkMail.objects.filter(employee_id=employee).exclude(address="").update(**changed)
    if erased:
        record(WorkAddressesErased(erased), actor=Actor(None, "job"), at=at, subjects=[employee])
