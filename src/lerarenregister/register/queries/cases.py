"""Cases as she sees hers, as a board sees the questions to it, and as the support organisation sees its queues.

Looking at cases of others is recorded, with all whom they concern.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from lerarenregister.accounts.permissions import Permission, Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor, Reason
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.register.events import CasesConsulted
from lerarenregister.register.models import (
    Case,
    CaseStep,
    Duplicate,
    Employee,
    EndNotice,
    Merge,
    PersonVersion,
    ProvenPerson,
)
from lerarenregister.register.queries.answering import told_to
from lerarenregister.register.queries.letters import board_names, full_name, locations_named
from lerarenregister.register.queries.likeness import accounts_like
from lerarenregister.register.queries.names import PersonKnown, known_person
from lerarenregister.register.queries.reviews import delivered_as
from lerarenregister.register.rules.cases import BY_PROOF, MOST_ROUNDS, CaseKind, Move, Outcome, Turn
from lerarenregister.register.rules.identity import ClaimedIdentity, may_be_her_own
from lerarenregister.register.rules.likeness import Someone


@dataclass(frozen=True, slots=True)
class StepShown:
    """What somebody did: in which role, and what she said. `values`: the proof that was seen."""

    id: UUID
    move: Move
    role: str
    words: str
    outcome: Outcome | None
    values: Mapping[str, str]
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case: what about, whose turn, until when, and its steps (the oldest first).

    `name` and `birth_date` are hers by her sign-in or as delivered ("" and None in her own view); `about` is the place
    and the begin of what she disputes; `assigned` whether somebody of the support organisation took it on, `mine`
    whether it was the viewer. `alike`: how many others are registered who may be the same person, and `known`: by which
    name the register knows her, both for the desk alone.
    """

    id: UUID
    kind: CaseKind
    turn: Turn
    outcome: Outcome | None
    proposed: Outcome | None
    rounds: int
    opened_at: datetime
    closed_at: datetime | None
    due_on: date | None
    late: bool
    days_left: int
    board: str
    board_name: str
    staff_number: str
    about: str
    about_begin: date | None
    effective_on: date | None
    name: str
    birth_date: date | None
    assigned: bool
    mine: bool
    alike: int
    known: PersonKnown | None
    steps: tuple[StepShown, ...]

    @property
    def may_object(self) -> bool:
        """Whether she can still object, when it is her turn."""
        return self.turn is Turn.PERSON and self.rounds < MOST_ROUNDS

    @property
    def proposal(self) -> StepShown | None:
        """What was proposed last, if anything."""
        return next((each for each in reversed(self.steps) if each.move is Move.PROPOSED), None)

    @property
    def asked(self) -> Mapping[str, str]:
        """What she asked beside words: the name and birth date by which she wants to be known."""
        return self.steps[0].values if self.steps else {}

    @property
    def words(self) -> str:
        """What was asked, in the words of who asked."""
        return self.steps[0].words if self.steps else ""


def own_cases(viewer: Viewer, *, at: datetime) -> list[CaseShown]:
    """Her cases, open ones first and the newest first; raises SignInNeeded or PersonBoundNeeded."""
    rows = Case.objects.filter(account=viewer.person()).order_by("-opened_at", "-id")
    return sorted(_shown(rows, viewer, at), key=lambda each: each.turn is Turn.NOBODY)


def asks_her(viewer: Viewer) -> bool:
    """Whether something about her registration waits for her: a case of which it is her turn, a report that she died,
    or a notice that her registration ends. Raises SignInNeeded or PersonBoundNeeded."""
    account = viewer.person()
    turn = Q(turn=Turn.PERSON) | Q(kind=CaseKind.DEATH, closed_at=None)
    told = EndNotice.objects.filter(told_to(account), lifted_at=None, act=None)
    return Case.objects.filter(turn, account=account).exists() or told.exists()


def own_case(viewer: Viewer, case: UUID, *, at: datetime) -> CaseShown:
    """One of hers; raises SignInNeeded, PersonBoundNeeded, Absent."""
    found = _shown(Case.objects.filter(pk=case, account=viewer.person()), viewer, at)
    if not found:
        raise Absent("no such case")
    return found[0]


@transaction.atomic
def questions_to(board: str, viewer: Viewer, *, at: datetime, most: int = 100) -> list[CaseShown]:
    """What waits for an answer of this board, the first that is due first; raises NotAllowed."""
    actor = viewer.must(Permission.REGISTER_QUESTION_ANSWER, scope=board)
    rows = Case.objects.filter(board__number=board, turn=Turn.BOARD).exclude(account=viewer.account)
    return _seen(rows.order_by("due_on", "id")[:most], viewer, actor, Reason.QUESTION_IS_ANSWERED, at)


def kind_of_question(question: UUID, *, board: str, viewer: Viewer) -> CaseKind:
    """What a question to this board is about, also when it was answered by now; raises NotAllowed, and Absent when it
    is none of this board's or the viewer's own."""
    asked = Case.objects.filter(pk=question, board__number=board, kind__in=(CaseKind.DISPUTE, CaseKind.REQUEST))
    found = asked.exclude(account=viewer.account).values_list("kind", flat=True).first()
    if found is not None or not viewer.may(Permission.REGISTER_QUESTION_ANSWER, scope=board):
        viewer.must(Permission.REGISTER_QUESTION_ANSWER, scope=board)
    if found is None:
        raise Absent("no such question")  # and no second factor is asked for: what is not there asks for nothing
    return CaseKind(found)


@transaction.atomic
def to_correct(board: str, viewer: Viewer, *, at: datetime, most: int = 100) -> list[CaseShown]:
    """What this board delivered, was decided to be wrong, and has not delivered anew since; raises NotAllowed."""
    actor = viewer.must(Permission.REGISTER_QUESTION_ANSWER, scope=board)
    wrong = Case.objects.filter(board__number=board, kind=CaseKind.DISPUTE, outcome=Outcome.GRANTED)
    rows = wrong.filter(version__superseded_at=None, version__set_aside_at__isnull=False).exclude(
        account=viewer.account
    )
    return _seen(rows.order_by("closed_at", "id")[:most], viewer, actor, Reason.QUESTION_IS_ANSWERED, at)


def questions_waiting(boards: Iterable[str]) -> dict[str, int]:
    """How many questions wait for each of these boards; a number says nothing of anybody."""
    rows = Case.objects.filter(board__number__in=boards, turn=Turn.BOARD).values_list("board__number")
    return dict(rows.annotate(amount=Count("pk")))


@transaction.atomic
def desk_cases(
    kind: CaseKind | None, *, claims: ClaimedIdentity, viewer: Viewer, at: datetime, most: int = 50
) -> list[CaseShown]:
    """What waits at the desk, the first that is due first; raises NotAllowed. Those that may be the viewer's own, by
    the `claims` of her sign-in, are left out."""
    actor = viewer.must(Permission.REGISTER_CASE_LIST)
    rows = Case.objects.filter(turn__in=(Turn.DESK, Turn.SECOND)).exclude(account=viewer.account)
    if kind is not None:
        rows = rows.filter(kind=kind)
    found = [
        row
        for row in rows.order_by("due_on", "id")[: 2 * most]
        if not may_be_her_own(claims, *concerned(row)) and viewer.account not in accounts_concerned(row)
    ]
    return _seen(
        Case.objects.filter(pk__in=[row.pk for row in found[:most]]).order_by("due_on", "id"),
        viewer,
        actor,
        Reason.CASE_IS_DECIDED,
        at,
    )


@transaction.atomic
def desk_case(case: UUID, *, claims: ClaimedIdentity, viewer: Viewer, at: datetime) -> CaseShown:
    """One case, also when it is closed by now; raises NotAllowed, and Absent when it may be the viewer's own or was
    never before the support organisation."""
    actor = viewer.must(Permission.REGISTER_CASE_LIST)
    row = Case.objects.filter(pk=case).first()
    if row is None or viewer.account in accounts_concerned(row) or may_be_her_own(claims, *concerned(row)):
        raise Absent("no such case")
    if row.turn not in (Turn.DESK, Turn.SECOND) and not row.rounds:
        raise Absent("it is not before the support organisation")
    shown = _seen(Case.objects.filter(pk=case), viewer, actor, Reason.CASE_IS_DECIDED, at)[0]
    if shown.kind not in BY_PROOF or row.closed_at is not None or row.account is None:
        return shown
    someone = Someone(row.claimed_family_name, "", row.claimed_given_name, row.claimed_birth_date)
    if shown.kind is CaseKind.NAME:
        name, born = shown.asked, date.fromisoformat(shown.asked["birth_date"])
        someone = Someone(name["family_name"], name["prefix"], name["given_name"], born)
        shown = replace(shown, known=known_person(row.account))
    return replace(shown, alike=len(accounts_like(someone, but=row.account)))


def case_of_proposal(proposal: UUID, viewer: Viewer) -> UUID:
    """The case of a proposal; raises NotAllowed, and Absent when there is no such proposal."""
    viewer.must(Permission.REGISTER_CASE_DECIDE)
    found = CaseStep.objects.filter(pk=proposal, move=Move.PROPOSED).values_list("case_id", flat=True).first()
    if found is None:
        raise Absent("no such proposal")
    return found


def concerned(row: Case) -> list[ClaimedIdentity]:
    """Whom a case is about, by her sign-in and as her board delivered her; of two files, both."""
    found = []
    if row.claimed_family_name or row.claimed_birth_date:
        found.append(ClaimedIdentity(row.claimed_family_name, row.claimed_given_name, row.claimed_birth_date))
    people = PersonVersion.objects.filter(employee__in=files_concerned(row), superseded_at=None)
    proven = ProvenPerson.objects.filter(account__in=_without_file(row), superseded_at=None).order_by("id")
    return [
        *found,
        *(delivered_as(person) for person in people.order_by("id")),
        *(ClaimedIdentity(each.family_name, each.given_name, each.birth_date) for each in proven),
    ]


def files_concerned(row: Case) -> list[UUID]:
    """The files that a case is about: the one that it names, and those of whom it compares or tells apart."""
    files = [row.employee_id] if row.employee_id else []
    if row.kind == CaseKind.DUPLICATE:
        for pair in Duplicate.objects.filter(case=row).values_list("one_id", "other_id"):
            files += [each for each in pair if each is not None]
    if row.kind == CaseKind.SPLIT:
        files += Employee.objects.filter(account__in=merged_accounts(row)).order_by("id").values_list("id", flat=True)
    return list(dict.fromkeys(files))


def accounts_concerned(row: Case) -> set[UUID | None]:
    """The accounts of whom a case is about."""
    joined = Employee.objects.filter(pk__in=files_concerned(row), account__isnull=False)
    return {row.account, *joined.values_list("account", flat=True), *_without_file(row), *merged_accounts(row)} - {None}


def _without_file(row: Case) -> list[UUID]:
    """The accounts of whom it compares or tells apart and whom no board delivered: two people saw a proof."""
    compared = Duplicate.objects.filter(case=row, other_account__isnull=False).values_list("other_account", flat=True)
    delivered = Employee.objects.filter(account__in=[*compared, *merged_accounts(row)]).values_list(
        "account", flat=True
    )
    return [each for each in [*compared, *merged_accounts(row)] if each is not None and each not in set(delivered)]


def merged_accounts(row: Case) -> list[UUID]:
    """The accounts of the two registrations that a case may tell apart."""
    merges = Merge.objects.filter(split_case=row).values_list("registration__account", "into__account")
    return [account for pair in merges for account in pair]


def _seen(rows: QuerySet[Case], viewer: Viewer, actor: Actor, reason: Reason, at: datetime) -> list[CaseShown]:
    shown = _shown(rows, viewer, at, named=True)
    if shown:
        keys = [each.id for each in shown]
        subjects = list(dict.fromkeys(each for row in Case.objects.filter(pk__in=keys) for each in _subjects(row)))
        event = CasesConsulted(reason, actor.organisation, len(shown))
        record(event, actor=actor, at=at, subjects=subjects)
    return shown


def _subjects(row: Case) -> list[UUID]:
    """Whom a look at a case concerns. What compares two people shows both on its own page alone (`sides_of`)."""
    return [each for each in (row.account, row.employee_id) if each is not None]


def _shown(rows: QuerySet[Case], viewer: Viewer, at: datetime, *, named: bool = False) -> list[CaseShown]:
    found = list(rows.select_related("board", "employee", "version__appointment"))
    steps: dict[UUID, list[CaseStep]] = {row.id: [] for row in found}
    for step in CaseStep.objects.filter(case__in=found).order_by("number"):
        steps[step.case_id].append(step)
    boards = board_names([row.board.number for row in found if row.board])
    codes = {row.version.appointment.location_code for row in found if row.version}
    files = [row.employee_id for row in found if named and row.employee_id]
    people = PersonVersion.objects.filter(employee__in=files, superseded_at=None)
    beside = _Beside(boards, locations_named(codes), {each.employee_id: each for each in people})
    return [_one(row, [_step(each, viewer) for each in steps[row.id]], beside, viewer, at) for row in found]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the rows: names of boards, places, and people as they were delivered last."""

    boards: Mapping[str, str]
    places: Mapping[str, tuple[str, str]]
    people: Mapping[UUID, PersonVersion]


def _one(row: Case, steps: list[StepShown], beside: _Beside, viewer: Viewer, at: datetime) -> CaseShown:
    person = beside.people.get(row.employee_id) if row.employee_id else None
    today, number = dutch_date(at), row.board.number if row.board else ""
    name = " ".join(part for part in (row.claimed_given_name, row.claimed_family_name) if part)
    code = row.version.appointment.location_code if row.version else ""
    return CaseShown(
        id=row.id,
        kind=CaseKind(row.kind),
        turn=Turn(row.turn),
        outcome=Outcome(row.outcome) if row.outcome else None,
        proposed=Outcome(row.proposed) if row.proposed else None,
        rounds=row.rounds,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        due_on=row.due_on,
        late=row.due_on is not None and today > row.due_on,
        days_left=(row.due_on - today).days if row.due_on else 0,
        board=number,
        board_name=beside.boards.get(number, ""),
        staff_number=row.employee.staff_number if row.employee else "",
        about=beside.places.get(code, (code, ""))[0],
        about_begin=row.version.begin if row.version else None,
        effective_on=row.effective_on,
        name=name or (full_name(person.initials, person.prefix, person.family_name) if person else ""),
        birth_date=row.claimed_birth_date or (person.birth_date if person else None),
        assigned=row.assigned_to is not None,
        mine=row.assigned_to is not None and row.assigned_to == viewer.account,
        alike=0,
        known=None,
        steps=tuple(steps),
    )


def _step(row: CaseStep, viewer: Viewer) -> StepShown:
    return StepShown(
        id=row.id,
        move=Move(row.move),
        role=row.role,
        words=row.words,
        outcome=Outcome(row.outcome) if row.outcome else None,
        values=row.values,
        at=row.at,
        own=row.account is not None and row.account == viewer.account,
    )
