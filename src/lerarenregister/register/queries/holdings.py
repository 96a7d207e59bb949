"""All that the register holds of one person: her files at boards, what was delivered, what she said, what follows."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from lerarenregister.kernel.holdings import Held, Row
from lerarenregister.register.models import (
    Act,
    ActivationCodeIssued,
    ActivationTry,
    AnswersAs,
    Appointment,
    AppointmentVersion,
    Case,
    CaseStep,
    Confirmation,
    Delivery,
    DeliveryLine,
    Dispute,
    Duplicate,
    Employee,
    EndNotice,
    FileMove,
    Merge,
    Objection,
    PersonVersion,
    PreRegisterAssignment,
    ProvenPerson,
    Qualification,
    Registration,
    RegistrationPart,
    RegistrationSpell,
    Review,
    WorkMail,
)
from lerarenregister.register.queries.answering import told_to
from lerarenregister.register.rules.columns import COLUMNS, SEPARATOR
from lerarenregister.register.rules.reasons import Outcome

_SOURCE = ("delivery_id", "line", "recorded_at", "superseded_at")


def held_of(account: UUID) -> Iterator[Held]:
    """All of it, oldest first. Of others nothing: who delivered is a board, who decided is a role.

    A review that somebody else asked of a file of hers tells what that person said of herself: it is not among these.
    """
    files = list(Employee.objects.filter(account=account).order_by("id").values_list("id", flat=True))
    yield Held("files", _rows(Employee.objects.filter(pk__in=files), "staff_number", "joined_at", board=_BOARD))
    moves = FileMove.objects.filter(employee__in=files)
    moved = ("staff_number", "on", "recorded_at")
    yield Held("moves", _rows(moves, *moved, file="employee_id", board="giving__number"))
    yield from _delivered(files)
    yield from _said(account)
    objections = Objection.objects.filter(account=account)
    moments = ("made_at", "withdrawn_at", "kept_until")
    yield Held("objections", _rows(objections, "staff_number", "file", *moments, board=_BOARD))
    yield from _cases(account, files)
    yield from _twice(account, files)
    yield Held("lines", _lines(files))
    yield from _codes(account, files)


_BOARD = "board__number"


def _twice(account: UUID, files: list[UUID]) -> Iterator[Held]:
    """That she was found like somebody, and what follows; of that somebody only a number that answers as hers."""
    pairs = Duplicate.objects.filter(Q(one__in=files) | Q(other__in=files) | Q(other_account=account))
    yield Held("duplicates", _rows(pairs, "case_id", "likeness", "found", "found_at", "same", "decided_at"))
    hers = Merge.objects.filter(Q(registration__account=account) | Q(into__account=account))
    numbers = {"number": "registration__number", "into": "into__number"}
    yield Held("merges", _rows(hers, "case_id", "split_case_id", "made_at", "undone_at", **numbers))
    roots = AnswersAs.objects.filter(Q(registration__account=account) | Q(root__account=account))
    counts = {"number": "registration__number", "into": "root__number"}
    yield Held("answers_as", _rows(roots, "recorded_at", "superseded_at", **counts))


def _rows(rows: QuerySet[Any, Any], *names: str, **named: str) -> Iterator[Row]:
    """These fields of each row, and under a name of ours what stands at the end of a path."""
    for row in rows.order_by("pk").values("id", *names, *named.values()):
        yield {**{name: row[name] for name in ("id", *names)}, **{name: row[path] for name, path in named.items()}}


def _delivered(files: list[UUID]) -> Iterator[Held]:
    """What boards delivered, field by field, with the delivery and the line each came from."""
    persons = PersonVersion.objects.filter(employee__in=files)
    versions = AppointmentVersion.objects.filter(appointment__employee__in=files)
    sources = {*persons.values_list("delivery_id", flat=True), *versions.values_list("delivery_id", flat=True)}
    deliveries = Delivery.objects.filter(pk__in=sources)
    yield Held("deliveries", _rows(deliveries, "received_at", "finished_at", board=_BOARD))
    facts = ("family_name", "prefix", "initials", "birth_date")
    yield Held("personal_facts", _rows(persons, *facts, *_SOURCE, file="employee_id"))
    key = ("location_code", "ground", "subject", "field", "begin")
    appointments = Appointment.objects.filter(employee__in=files)
    yield Held("appointments", _rows(appointments, *key, file="employee_id"))
    yield Held(
        "appointment_versions",
        _rows(versions, "appointment_id", "begin", "until", "withdrawn", "set_aside_at", *_SOURCE),
    )


def _said(account: UUID) -> Iterator[Held]:
    """What she confirmed and disputed, and what followed."""
    confirmed = Confirmation.objects.filter(account=account)
    yield Held("confirmations", _rows(confirmed, "version_id", "person_version_id", "confirmed_at"))
    yield Held("disputes", _rows(Dispute.objects.filter(account=account), "version_id", "words", "disputed_at"))
    registrations = Registration.objects.filter(account=account)
    yield Held("registration", _rows(registrations, "number", "registered_at"))
    acts = Act.objects.filter(registration__account=account)
    yield Held(
        "acts",
        _rows(
            acts,
            "registration_id",
            "kind",
            "article",
            "rulebook",
            "role",
            "effective_on",
            "decided_at",
            "motive",
            "case_id",
        ),
    )
    spells = RegistrationSpell.objects.filter(registration__account=account)
    yield Held("registration_spells", _rows(spells, "registration_id", "act_id", "begin", "until", *_SOURCE[2:]))
    notices = EndNotice.objects.filter(told_to(account))
    said = ("given_at", "ends_on", "lifted_at", "by_herself", "act_id")
    yield Held("end_notices", _rows(notices, "registration_id", "ground", *said))
    proven = (
        "case_id",
        "ground",
        "sector",
        "subject",
        "level",
        "proof",
        "issuer",
        "begin",
        "recorded_at",
        "superseded_at",
    )
    yield Held("qualifications", _rows(Qualification.objects.filter(account=account), *proven))
    names = ("given_name", "prefix", "family_name", "birth_date", "recorded_at", "superseded_at")
    yield Held("proven_names", _rows(ProvenPerson.objects.filter(account=account), "case_id", *names))
    parts = RegistrationPart.objects.filter(registration__account=account)
    yield Held("registration_parts", _rows(parts, "registration_id", "appointment_id", "added_at"))
    assigned = PreRegisterAssignment.objects.filter(account=account)
    yield Held("pre_register", _rows(assigned, "appointment_id", "added_at"))


def _cases(account: UUID, files: list[UUID]) -> Iterator[Held]:
    """What was asked or reported of her, and every step; who of the support organisation did it is a role."""
    cases = Case.objects.filter(Q(account=account) | Q(employee__in=files))
    claimed = ("claimed_family_name", "claimed_given_name", "claimed_birth_date")
    about = ("kind", "turn", "due_on", "rounds", "proposed", "outcome", "version_id", "effective_on", *claimed)
    moments = ("opened_at", "closed_at", "reminded_at", "assigned_at")
    yield Held("cases", _rows(cases, *about, *moments, file="employee_id", board=_BOARD))
    steps = CaseStep.objects.filter(case__in=cases)
    step = ("move", "role", "organisation", "words", "outcome", "values", "at")
    yield Held("case_steps", _rows(steps, "case_id", "number", *step))


def _codes(account: UUID, files: list[UUID]) -> Iterator[Held]:
    """Codes in letters and mails (never the code itself), tries, work addresses, reviews of identity."""
    codes = ActivationCodeIssued.objects.filter(Q(employee__in=files) | Q(redeemed_by=account))
    moments = ("issued_at", "expires_at", "voided_at", "redeemed_at")
    yield Held("codes", _rows(codes, "channel", *moments, file="employee_id"))
    yield Held("code_tries", _rows(ActivationTry.objects.filter(account=account), "tried_at"))
    mails = WorkMail.objects.filter(employee__in=files)
    yield Held("work_addresses", _rows(mails, "address", "delivered_at", file="employee_id"))
    claimed = ("claimed_family_name", "claimed_given_name", "claimed_birth_date")
    decided = ("asked_at", "decided_at", "accepted", "words")
    reviews = Review.objects.filter(account=account)
    yield Held("reviews", _rows(reviews, *claimed, *decided, board="employee__board__number"))


def _lines(files: list[UUID]) -> Iterator[Row]:
    """Lines of files with her staff number, as they still lie here after their report; their values go after a term.

    A line that was refused may tell of somebody else under her number: of it only the outcome is given.
    """
    for board, number in Employee.objects.filter(pk__in=files).order_by("id").values_list("board_id", "staff_number"):
        rows = DeliveryLine.objects.filter(delivery__board_id=board, person=number).order_by("id")
        for row in rows.iterator(chunk_size=1_000):
            cells = dict(zip(COLUMNS, row.values.split(SEPARATOR), strict=False)) if _is_hers(row) else {}
            yield {
                "id": row.id,
                "delivery_id": row.delivery_id,
                "line": row.number,
                "staff_number": row.person,
                "cells": cells,
                "passed": row.passed,
                "outcome": row.outcome,
                "column": row.column,
                "reason": row.reason,
                "unread": row.unread,
                "mended": row.mended,
            }


def _is_hers(line: DeliveryLine) -> bool:
    return bool(line.values) and line.outcome not in ("", Outcome.REFUSED)
