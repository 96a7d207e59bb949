"""What is due every day: what has had its term is erased."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.register.actions.cases.forgetting import forget_cases
from lerarenregister.register.actions.delivering import counts_of
from lerarenregister.register.actions.forgetting import forget_unconfirmed
from lerarenregister.register.actions.registering import forget_left
from lerarenregister.register.events import (
    ClaimsErased,
    CodesExpired,
    DecidersForgotten,
    DeliverersForgotten,
    ObjectionsExpired,
    ReceptionClosed,
    StagingErased,
    TriesForgotten,
    WorkAddressesErased,
)
from lerarenregister.register.models import (
    ActivationCodeIssued,
    ActivationTry,
    Delivery,
    DeliveryLine,
    Objection,
    Review,
    WorkMail,
)
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules.reasons import Outcome, Reason

TRIES_KEPT = timedelta(days=1)
_INTERRUPTED_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Destroyed:
    """How many things were erased."""

    codes: int
    tries: int
    deliveries: int
    work_mails: int
    interrupted: int
    claims: int
    unconfirmed: int
    objections: int
    deliverers: int
    deciders: int
    left: int
    cases: int


_JOB = Actor(None, "job")


def destroy_due(at: datetime) -> Destroyed:
    """Void expired codes, forget old tries, erase values of staged lines, work addresses, claims of decided reviews,
    what nobody confirmed, registrations that ended and closed cases after their terms, forget which account delivered
    or decided, and close receptions that never ended. Running it twice changes nothing more."""
    return Destroyed(
        codes=_expire_codes(at),
        tries=_forget_tries(at),
        deliveries=_erase_staging(at),
        work_mails=_erase_addresses(at),
        interrupted=_close_interrupted(at),
        claims=_erase_claims(at),
        unconfirmed=forget_unconfirmed(at),
        objections=_forget_objections(at),
        deliverers=_forget_deliverers(at),
        deciders=_forget_deciders(at),
        left=forget_left(at),
        cases=forget_cases(at),
    )


@transaction.atomic
def _expire_codes(at: datetime) -> int:
    due = ActivationCodeIssued.objects.filter(voided_at=None, redeemed_at=None, expires_at__lte=at)
    if codes := due.update(voided_at=at):
        record(CodesExpired(codes), actor=_JOB, at=at)
    return codes


@transaction.atomic
def _forget_tries(at: datetime) -> int:
    tries, _ = ActivationTry.objects.exclude(tried_at__range=(at - TRIES_KEPT, at + TRIES_KEPT)).delete()
    if tries:
        record(TriesForgotten(tries), actor=_JOB, at=at)
    return tries


@transaction.atomic
def _erase_addresses(at: datetime) -> int:
    due = WorkMail.objects.filter(delivered_at__lte=at - terms_at(at).work_mail).exclude(address="")
    if erased := due.update(address="", address_hash=b""):  # never mailed, or it would be gone: another time it may be
        record(WorkAddressesErased(erased), actor=_JOB, at=at)
    return erased


@transaction.atomic
def _erase_claims(at: datetime) -> int:
    said = ~Q(claimed_family_name="", claimed_given_name="", claimed_birth_date=None)
    due = Review.objects.filter(said, decided_at__lte=at - terms_at(at).claims)
    if erased := due.update(claimed_family_name="", claimed_given_name="", claimed_birth_date=None):
        record(ClaimsErased(erased), actor=_JOB, at=at)
    return erased


@transaction.atomic
def _forget_objections(at: datetime) -> int:
    objections, _ = Objection.objects.filter(kept_until__lte=at).delete()
    if objections:
        record(ObjectionsExpired(objections), actor=_JOB, at=at)
    return objections


@transaction.atomic
def _forget_deliverers(at: datetime) -> int:
    named = Q(account__isnull=False) | Q(delivered_account__isnull=False)
    # A file may be delivered long after it came; one that is still at work has not.
    due = Delivery.objects.filter(named, received_at__lt=at - terms_at(at).accountability)
    due = due.filter(Q(finished_at=None) | Q(finished_at__lt=at - terms_at(at).accountability))
    if deliveries := due.update(account=None, delivered_account=None):
        record(DeliverersForgotten(deliveries), actor=_JOB, at=at)
    return deliveries


@transaction.atomic
def _forget_deciders(at: datetime) -> int:
    """Also who used a code that led to a review and no further: of a code that joined her file she is the file's."""
    before = at - terms_at(at).accountability
    reviews = Review.objects.filter(decided_by__isnull=False, decided_at__lt=before).update(decided_by=None)
    used, codes = ActivationCodeIssued.objects.filter(redeemed_at__lt=before), 0
    if used.exists():
        waits = Review.objects.filter(employee=OuterRef("employee"), decided_at=None)
        loose = used.exclude(employee__account=F("redeemed_by")).exclude(Exists(waits))
        codes, _ = ActivationCodeIssued.objects.filter(pk__in=list(loose.values_list("pk", flat=True))).delete()
    if reviews or codes:
        record(DecidersForgotten(reviews, codes), actor=_JOB, at=at)
    return reviews + codes


def _erase_staging(at: datetime) -> int:
    due = Delivery.objects.filter(received_at__lte=at - terms_at(at).staging, values_erased_at=None).exclude(
        state__in=("receiving", "checking", "delivering")
    )
    erased = 0
    for row in due.select_related("board"):
        with transaction.atomic():
            # Nobody began to deliver it in the meantime, and no other run was before us.
            waiting = Delivery.objects.select_for_update().filter(pk=row.pk, state=row.state, values_erased_at=None)
            if not waiting.exists():
                continue
            lines = DeliveryLine.objects.filter(delivery=row)
            if row.first_finished_at:
                lost = {"outcome": Outcome.REFUSED, "column": "", "reason": Reason.NOT_DELIVERED}
                if lines.filter(passed__lt=2).update(passed=2, **lost):
                    Delivery.objects.filter(pk=row.pk).update(counts=counts_of(row))
            lines.update(values="", person="")
            state = row.state
            if state in ("staged", "checked"):  # what was delivered of it stays so; lines that were mended after it go
                state = "delivered" if row.first_finished_at else "expired"
            Delivery.objects.filter(pk=row.pk).update(state=state, values_erased_at=at)
            record(StagingErased(row.board.number, row.id), actor=_JOB, at=at)
        erased += 1
    return erased


def _close_interrupted(at: datetime) -> int:
    closed = 0
    due = Delivery.objects.filter(state="receiving", received_at__lte=at - _INTERRUPTED_AFTER)
    for row in due.select_related("board"):
        with transaction.atomic():
            changed = Delivery.objects.filter(pk=row.pk, state="receiving").update(
                state="refused", refusal="interrupted", finished_at=at
            )
            if not changed:
                continue
            DeliveryLine.objects.filter(delivery=row).delete()
            record(ReceptionClosed(row.board.number, row.id), actor=_JOB, at=at)
        closed += 1
    return closed
