"""What the support organisation decides: one person proposes, another agrees or sends it back.

Nobody decides about herself, nor agrees to what she proposed: also not through another account of hers, which is
recognised by name and birth date of her sign-in.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.actions.cases.merging import decide_duplicate, undo_merge
from lerarenregister.register.actions.cases.moving import (
    JOB,
    Said,
    begin,
    hashes_of,
    in_words,
    locked,
    move,
    subjects_of,
)
from lerarenregister.register.actions.cases.proofs import person_in, proof_in
from lerarenregister.register.actions.ending import end_by_death
from lerarenregister.register.actions.registering import correct
from lerarenregister.register.errors import CaseMovedOn, SecondNeeded
from lerarenregister.register.events import CaseAssigned
from lerarenregister.register.models import AppointmentVersion, Case, CaseStep, Employee, Merge, Registration
from lerarenregister.register.queries.cases import accounts_concerned, concerned
from lerarenregister.register.rules.cases import CaseKind, Move, Outcome, Turn
from lerarenregister.register.rules.identity import ClaimedIdentity, may_be_her_own


@transaction.atomic
def take_on(*, case: UUID, mine: bool, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> None:
    """Take a case on, so that colleagues see who is at it, or let it go. It keeps nobody from acting.

    Raises NotAllowed, Absent (unknown, closed, or maybe her own).
    """
    row, actor = _for_desk(case, claims, viewer)
    wanted = actor.account if mine else None
    if row.assigned_to == wanted or (not mine and row.assigned_to != actor.account):
        return
    row.assigned_to, row.assigned_at = wanted, at if mine else None
    row.save(update_fields=["assigned_to", "assigned_at"])
    record(CaseAssigned(row.id, mine), actor=actor, at=at, subjects=subjects_of(row))


@transaction.atomic
def propose(
    *,
    case: UUID,
    outcome: Outcome,
    words: str,
    values: Mapping[str, Any],
    claims: ClaimedIdentity,
    viewer: Viewer,
    at: datetime,
) -> None:
    """Propose what to decide, with a motive that she will read; `values` are what was seen, when a registration
    (`proof_in`) or a name (`person_in`) is granted.

    Raises NotAllowed, Absent, CaseMovedOn, Invalid (no motive, or a proof that is not whole).
    """
    row, actor = _for_desk(case, claims, viewer)
    given = _seen(CaseKind(row.kind), values, at) if outcome is Outcome.GRANTED else {}
    move(row, Move.PROPOSED, Said(in_words(words), outcome, given, claims), actor=actor, at=at)


def _seen(kind: CaseKind, values: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """What goes with granting a case of this kind."""
    if kind is CaseKind.REQUEST:
        return proof_in(values, at)
    return person_in(values, at, seen=True) if kind is CaseKind.NAME else {}


@transaction.atomic
def send_back(*, proposal: UUID, words: str, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> None:
    """The second person does not agree, and says why. Raises as `agree`, and Invalid without a reason."""
    row, actor, _ = _second(proposal, claims, viewer)
    move(row, Move.SENT_BACK, Said(in_words(words), claims=claims), actor=actor, at=at)


@transaction.atomic
def agree(*, proposal: UUID, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> None:
    """The second person agrees to this proposal (a step of a case), and it takes effect.

    Raises NotAllowed, Absent (unknown, or maybe about herself), CaseMovedOn (it was sent back, or agreed to already),
    SecondNeeded (it is her own).
    """
    row, actor, step = _second(proposal, claims, viewer)
    now = move(row, Move.AGREED, Said(claims=claims), actor=actor, at=at)
    if now.turn is Turn.NOBODY:
        _take_effect(row, now.outcome is Outcome.GRANTED, step.words, actor, at)


def _take_effect(row: Case, granted: bool, motive: str, actor: Actor, at: datetime) -> None:
    if row.kind == CaseKind.DUPLICATE:
        decide_duplicate(row, same=granted, motive=motive, actor=actor, at=at)
    elif not granted:
        return
    elif row.kind == CaseKind.DEATH:
        end_by_death(row, motive=motive, actor=actor, at=at)
    elif row.kind == CaseKind.DISPUTE:
        _set_aside(row, motive, actor, at)
    elif row.kind == CaseKind.SPLIT:
        undo_merge(row, motive=motive, actor=actor, at=at)


@transaction.atomic
def propose_undo(*, merge: UUID, words: str, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> UUID:
    """Propose that two registrations stand each for itself again, with a motive; returns the case. A second proposal
    while one waits is that one.

    Raises NotAllowed, Absent (no such merge, undone already, or maybe about herself), Invalid (no motive).
    """
    viewer.must(Permission.REGISTER_CASE_DECIDE)
    row = Merge.objects.select_for_update().filter(pk=merge, undone_at=None).first()
    if row is None:
        raise Absent("no such merge stands")
    if row.split_case_id and Case.objects.filter(pk=row.split_case_id, closed_at=None).exists():
        return row.split_case_id
    account = Registration.objects.values_list("account", flat=True).get(pk=row.registration_id)
    file = Employee.objects.filter(account=account).order_by("joined_at", "id").first()
    case = Case(id=new_id(), kind=CaseKind.SPLIT, account=account, employee=file, board=file.board if file else None)
    row.split_case = begin(case, Said(), board=False, actor=JOB, at=at)
    row.save(update_fields=["split_case"])
    propose(case=case.id, outcome=Outcome.GRANTED, words=words, values={}, claims=claims, viewer=viewer, at=at)
    return case.id


def _set_aside(row: Case, motive: str, actor: Actor, at: datetime) -> None:
    """She is right: what was delivered has no effect any more, also when she confirmed it before."""
    version = row.version
    if version is None:
        return
    if AppointmentVersion.objects.filter(pk=version.pk, set_aside_at=None).update(set_aside_at=at):
        correct(version.appointment, actor=actor, at=at, case=row, motive=motive)


def _for_desk(case: UUID, claims: ClaimedIdentity, viewer: Viewer) -> tuple[Case, Actor]:
    actor = viewer.must(Permission.REGISTER_CASE_DECIDE)
    row = locked(case)
    if viewer.account in accounts_concerned(row) or may_be_her_own(claims, *concerned(row)):
        raise Absent("nobody decides about herself")
    if row.turn not in (Turn.DESK, Turn.SECOND):
        raise CaseMovedOn if row.rounds else Absent("it is not before the support organisation")
    return row, actor


def _second(proposal: UUID, claims: ClaimedIdentity, viewer: Viewer) -> tuple[Case, Actor, CaseStep]:
    """The case of this proposal, locked, while nobody has answered it. Raises SecondNeeded when who proposed it is (or
    may be) the one who acts now."""
    viewer.must(Permission.REGISTER_CASE_DECIDE)
    step = CaseStep.objects.filter(pk=proposal, move=Move.PROPOSED).first()
    if step is None:
        raise Absent("no such proposal")
    row, actor = _for_desk(step.case_id, claims, viewer)
    answers = (Move.PROPOSED, Move.SENT_BACK, Move.AGREED)
    if row.turn != Turn.SECOND or CaseStep.objects.filter(case=row, number__gt=step.number, move__in=answers).exists():
        raise CaseMovedOn
    name, birth = hashes_of(claims)
    same_name = not name or not step.name_hash or hmac.compare_digest(name, bytes(step.name_hash))
    same_birth = not birth or not step.birth_hash or hmac.compare_digest(birth, bytes(step.birth_hash))
    if step.account == actor.account or (same_name and same_birth):
        raise SecondNeeded
    return row, actor, step
