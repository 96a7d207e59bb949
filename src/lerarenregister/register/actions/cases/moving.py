"""How every case moves: one step is added, and the case stands as the rules say. In the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.errors import CaseMovedOn
from lerarenregister.register.events import CaseMoved, CaseOpened
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.models import Case, CaseStep
from lerarenregister.register.rulebook import terms_at
from lerarenregister.register.rules import cases as rules
from lerarenregister.register.rules.cases import CaseKind, Move, NotNow, Outcome, Standing, Turn
from lerarenregister.register.rules.identity import ClaimedIdentity, folded

MOST_WORDS = 2_000
JOB = Actor(None, "job")


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with a move: words, what is proposed with its values, and who proposes by her sign-in."""

    words: str = ""
    outcome: Outcome | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    claims: ClaimedIdentity | None = None


def standing_of(case: Case) -> Standing:
    """Where a case is, as the rules see it."""
    return Standing(
        kind=CaseKind(case.kind),
        turn=Turn(case.turn),
        due_on=case.due_on,
        rounds=case.rounds,
        proposed=Outcome(case.proposed) if case.proposed else None,
        outcome=Outcome(case.outcome) if case.outcome else None,
    )


def begin(case: Case, said: Said, *, board: bool, actor: Actor, at: datetime) -> Case:
    """Open a case that has its subject; `board`: whether a board answers first."""
    now = rules.opened(CaseKind(case.kind), on=dutch_date(at), terms=terms_at(at), board=board)
    case.opened_at = at
    _stand(case, now, at)
    case.save(force_insert=True)
    _add_step(case, Move.OPENED, said, actor, at)
    record(CaseOpened(case.id, case.kind), actor=actor, at=at, subjects=subjects_of(case))
    return case


def move(case: Case, what: Move, said: Said, *, actor: Actor, at: datetime) -> Standing:
    """Move a (locked) case and return where it is now. Raises CaseMovedOn when this is not possible (any more)."""
    before = standing_of(case)
    try:
        now = rules.moved(before, what, on=dutch_date(at), terms=terms_at(at), proposed=said.outcome)
    except NotNow as error:
        raise CaseMovedOn from error
    if now.turn is not before.turn:
        case.reminded_at = None
        if now.turn is not Turn.SECOND and before.turn is not Turn.SECOND:
            case.assigned_to, case.assigned_at = None, None
    _stand(case, now, at)
    case.save()
    _add_step(case, what, said, actor, at)
    record(CaseMoved(case.id, case.kind, what, now.turn), actor=actor, at=at, subjects=subjects_of(case))
    return now


def _stand(case: Case, now: Standing, at: datetime) -> None:
    case.turn, case.due_on, case.rounds = now.turn, now.due_on, now.rounds
    case.proposed, case.outcome = now.proposed or "", now.outcome or ""
    case.closed_at = at if now.turn is Turn.NOBODY else None


def _add_step(case: Case, what: Move, said: Said, actor: Actor, at: datetime) -> None:
    number = CaseStep.objects.filter(case=case).count() + 1
    name, birth = hashes_of(said.claims) if said.claims else (b"", b"")
    CaseStep.objects.create(
        id=new_id(),
        case=case,
        number=number,
        move=what,
        role=actor.role,
        organisation=actor.organisation,
        account=actor.account,
        words=said.words,
        outcome=said.outcome or "",
        values=dict(said.values),
        name_hash=name,
        birth_hash=birth,
        at=at,
    )


def hashes_of(claims: ClaimedIdentity) -> tuple[bytes, bytes]:
    """By what somebody is recognised who decides: her family name and her birth date (b"" when not known)."""
    name, birth = folded(claims.family_name), claims.birth_date
    return (
        keyed_hash("decider-name", name) if name else b"",
        keyed_hash("decider-birth", birth.isoformat()) if birth else b"",
    )


def subjects_of(case: Case) -> list[UUID]:
    """Whom a case concerns: her account, and her file at the board."""
    return [each for each in (case.account, case.employee_id) if each is not None]


def locked(case: UUID, **only: Any) -> Case:
    """The case, locked; raises Absent when there is none that is also this."""
    row = Case.objects.select_for_update(of=("self",)).select_related("board").filter(pk=case, **only).first()
    if row is None:
        raise Absent("no such case")
    return row


def in_words(words: str, *, needed: bool = True) -> str:
    """The words as they are kept. Raises Invalid when they are needed and missing, or are over 2,000 characters."""
    said = words.strip()
    if (needed and not said) or len(said) > MOST_WORDS or "\x00" in said:
        raise Invalid("words")
    return said
