"""What is due every day: what has had its term is erased."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.register.events import StagingErased
from lerarenregister.register.models import ActivationCodeIssued, ActivationTry, Delivery, DeliveryLine, WorkMail
from lerarenregister.register.rulebook import TERMS

_INTERRUPTED_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Destroyed:
    """How many things were erased."""

    codes: int
    tries: int
    deliveries: int
    work_mails: int
    interrupted: int


def destroy_due(at: datetime) -> Destroyed:
    """Void expired codes, forget old tries, erase values of staged lines and work addresses after their terms, and
    close receptions that never ended. Running it twice changes nothing more."""
    with transaction.atomic():
        codes = ActivationCodeIssued.objects.filter(voided_at=None, redeemed_at=None, expires_at__lte=at).update(
            voided_at=at
        )
        tries, _ = ActivationTry.objects.filter(tried_at__lt=at - timedelta(days=1)).delete()
        mails = WorkMail.objects.filter(delivered_at__lte=at - TERMS.work_mail).exclude(address="").update(address="")
    return Destroyed(codes, tries, _erase_staging(at), mails, _close_interrupted(at))


def _erase_staging(at: datetime) -> int:
    erased = 0
    due = Delivery.objects.filter(received_at__lte=at - TERMS.staging, values_erased_at=None).exclude(
        state__in=("receiving", "checking", "delivering")
    )
    for pk in list(due.values_list("id", flat=True)):
        with transaction.atomic():
            DeliveryLine.objects.filter(delivery_id=pk).update(values="", person="")
            Delivery.objects.filter(pk=pk, state__in=("staged", "checked")).update(state="expired")
            Delivery.objects.filter(pk=pk).update(values_erased_at=at)
        erased += 1
    if erased:
        with transaction.atomic():
            record(StagingErased(erased), actor=Actor(None, "job"), at=at)
    return erased


def _close_interrupted(at: datetime) -> int:
    closed = 0
    for row in Delivery.objects.filter(state="receiving", received_at__lte=at - _INTERRUPTED_AFTER):
        with transaction.atomic():
            DeliveryLine.objects.filter(delivery=row).delete()
            row.state, row.refusal, row.finished_at = "refused", "interrupted", at
            row.save(update_fields=["state", "refusal", "finished_at"])
        closed += 1
    return closed
