"""Erasing what was delivered about somebody. What stays is what it would have been without what is erased.

History is added to and never rewritten; this is the one exception, and each erasure is an event with how many of each
act it took away, so that acts and events can still be counted against each other.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.outbox.actions import withdraw
from lerarenregister.register.events import FactsErased
from lerarenregister.register.models import (
    ActivationCodeIssued,
    Appointment,
    AppointmentVersion,
    Board,
    Case,
    Confirmation,
    Delivery,
    DeliveryLine,
    Dispute,
    Duplicate,
    Employee,
    FileMove,
    PersonVersion,
    RegistrationPart,
    RegistrationSpell,
    Review,
    WorkMail,
)
from lerarenregister.register.rules.reasons import Outcome, Reason

Erased = Counter[str]
"""How many of each were erased, by the names of the facts of `FactsErased`."""


def note_erased(erased: Erased, *, role: str, at: datetime) -> None:
    """Record it, without whose it was; nothing when nothing was erased. In the caller's transaction."""
    if erased.total():
        facts = {each.name: erased[each.name] for each in fields(FactsErased)}
        record(FactsErased(**facts), actor=Actor(None, role), at=at)


def hold_deliveries(board: UUID) -> None:
    """From here to the end of the caller's transaction no delivery of this board writes."""
    Board.objects.select_for_update().get(pk=board)
    list(Delivery.objects.select_for_update().filter(board_id=board, state__in=("checking", "delivering")))


def erase_lines(board: UUID, staff_number: str, *, also_number: bool = False) -> None:
    """Erase what the lines about this person of a board say, and refuse those that were not delivered yet."""
    rows = DeliveryLine.objects.filter(delivery__board_id=board, person=staff_number)
    number = {"person": ""} if also_number else {}
    done = DeliveryLine.objects.filter(pk__in=list(rows.filter(passed=2).values_list("pk", flat=True)))
    waiting = DeliveryLine.objects.filter(pk__in=list(rows.filter(passed__lt=2).values_list("pk", flat=True)))
    done.update(values="", **number)
    refused = {"outcome": Outcome.REFUSED, "column": "personeelsnummer", "reason": Reason.NOT_TAKEN}
    waiting.update(values="", passed=2, **refused, **number)


def erase_unconfirmed(employee: Employee, *, ends: bool = True) -> Erased:
    """Erase what was delivered of this (locked) file and not confirmed; the file itself when nothing is left.

    An unconfirmed change stays where two confirmed appointments would overlap without it. `ends`: also the end of an
    appointment by which somebody is registered, by which her registration ends in time.
    """
    erased: Erased = Counter()
    confirmed = Confirmation.objects.filter(version__appointment__employee=employee)
    versions = set(confirmed.values_list("version_id", flat=True))
    if not ends:
        versions |= _ends_of(employee)
    persons = set(confirmed.values_list("person_version_id", flat=True))
    for series in _series_of(employee):
        _keep_of_series(series, versions, erased)
    if persons:
        rows = list(PersonVersion.objects.filter(employee=employee).order_by("recorded_at", "id"))
        kept = [row for row in rows if row.id in persons]
        erased["personal_facts"] += len(rows) - len(kept)
        _rechain(PersonVersion.objects, rows, kept)
    else:
        erase_file(employee, erased)
    _forget_bytes(employee.board_id)
    return erased


def erase_file(employee: Employee, erased: Erased) -> None:
    """Erase a file with all that hangs on it; its confirmations and what they led to are gone already."""
    versions = AppointmentVersion.objects.filter(appointment__employee=employee)
    erase_pairs(Duplicate.objects.filter(Q(one=employee) | Q(other=employee)))
    Case.objects.filter(employee=employee).delete()
    erased["disputes"] += Dispute.objects.filter(version__in=versions).delete()[0]
    erased["versions"] += versions.delete()[0]
    erased["appointments"] += Appointment.objects.filter(employee=employee).delete()[0]
    erased["reviews"] += Review.objects.filter(employee=employee).delete()[0]
    erased["personal_facts"] += PersonVersion.objects.filter(employee=employee).delete()[0]
    for model in (ActivationCodeIssued, FileMove, WorkMail):
        model._default_manager.filter(employee=employee).delete()
    withdraw(references=[employee.id])
    employee.delete()
    _forget_bytes(employee.board_id)


def erase_pairs(pairs: QuerySet[Duplicate]) -> None:
    """Erase that people were found to be like each other, with the cases about it."""
    keys, cases = list(pairs.values_list("pk", flat=True)), list(pairs.values_list("case", flat=True))
    Case.objects.filter(pk__in=cases).delete()
    Duplicate.objects.filter(pk__in=keys).delete()


def _forget_bytes(board: UUID) -> None:
    """The same file sent again is taken for known no more: what was erased of it comes back with it."""
    Delivery.objects.filter(board_id=board, state="delivered").exclude(sha256="").update(sha256="")


def _ends_of(employee: Employee) -> set[UUID]:
    """The versions that stand and say that an appointment of a registration that holds has an end, or was a mistake."""
    holding = RegistrationSpell.objects.filter(superseded_at=None, until=None).values("registration")
    parts = RegistrationPart.objects.filter(registration__in=holding, appointment__employee=employee)
    ended = AppointmentVersion.objects.filter(Q(until__isnull=False) | Q(withdrawn=True), superseded_at=None)
    return set(ended.filter(appointment__in=parts.values("appointment")).values_list("pk", flat=True))


def _series_of(employee: Employee) -> list[list[AppointmentVersion]]:
    """The versions of her appointments, by series, in the order in which they were recorded."""
    found: dict[UUID, list[AppointmentVersion]] = defaultdict(list)
    for row in AppointmentVersion.objects.filter(appointment__employee=employee).order_by("recorded_at", "id"):
        found[row.series].append(row)
    return list(found.values())


def _keep_of_series(rows: list[AppointmentVersion], confirmed: set[UUID], erased: Erased) -> None:
    by_appointment: dict[UUID, list[AppointmentVersion]] = defaultdict(list)
    for row in rows:
        by_appointment[row.appointment_id].append(row)
    kept = {key: [row for row in each if row.id in confirmed] for key, each in by_appointment.items()}
    if _would_overlap(list(kept.values())):
        kept = {key: by_appointment[key] if each else [] for key, each in kept.items()}
    for key, each in kept.items():
        gone = [row.id for row in by_appointment[key] if row not in each]
        Case.objects.filter(version__in=gone).delete()
        erased["disputes"] += Dispute.objects.filter(version__in=gone).delete()[0]
        erased["versions"] += len(gone)
        _rechain(AppointmentVersion.objects, by_appointment[key], each)
        if not each:
            erased["appointments"] += Appointment.objects.filter(pk=key).delete()[0]


def _would_overlap(kept: list[list[AppointmentVersion]]) -> bool:
    """Whether versions of different appointments would hold on one day in one record, as the database counts it."""
    spans: list[tuple[int, AppointmentVersion, datetime | None]] = []
    for place, rows in enumerate(kept):
        ends = [*(row.recorded_at for row in rows[1:]), None]
        spans += [(place, row, end) for row, end in zip(rows, ends, strict=False) if not row.withdrawn]
    return any(
        one[0] < other[0]
        and _meet(one[1].begin, one[1].until, other[1].begin, other[1].until)
        and _meet(one[1].recorded_at, one[2], other[1].recorded_at, other[2])
        for one in spans
        for other in spans
    )


def _meet(begin: date, end: date | None, other_begin: date, other_end: date | None) -> bool:
    return (other_end is None or begin < other_end) and (end is None or other_begin < end)


def _rechain(
    table: Any, rows: Sequence[PersonVersion | AppointmentVersion], kept: Sequence[PersonVersion | AppointmentVersion]
) -> None:
    """Remove all but these rows of one history; each is then superseded by the next, the last by nothing."""
    manager: QuerySet[Any] = table
    manager.filter(pk__in=[row.pk for row in rows if row not in kept]).delete()
    following: datetime | None = None
    for row in reversed(kept):
        if row.superseded_at != following:
            manager.filter(pk=row.pk).update(superseded_at=following)
        following = row.recorded_at
