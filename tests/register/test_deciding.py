"""Two people decide: never one, never the same with two accounts, never about herself."""

from dataclasses import replace
from datetime import date

import pytest

from lerarenregister.accounts.errors import NotAllowed, SecondFactorNeeded
from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import CaseMovedOn, SecondNeeded
from lerarenregister.register.models import CaseStep
from lerarenregister.register.rules.cases import Move, Outcome, Turn
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register.case_cast import PROOF, SECOND_JUDGE, agree, only_case, propose
from tests.register.cast import AT, JUDGE, TEACHER, staff, support, teacher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]


@pytest.fixture
def asking() -> Viewer:
    """Somebody without a board who asked for registration."""
    viewer = teacher()
    actions.ask_registration(board="", words="Ik heb een diploma.", identity=TEACHER, viewer=viewer, at=AT)
    return viewer


def test_who_proposed_can_not_agree(asking: Viewer) -> None:
    case, officer = only_case(asking).id, support()
    proposal = propose(case, Outcome.REJECTED, viewer=officer)
    with pytest.raises(SecondNeeded):
        agree(proposal, viewer=officer, claims=JUDGE)
    with pytest.raises(SecondNeeded):
        actions.send_back(proposal=proposal, words="Nee.", claims=JUDGE, viewer=officer, at=AT)
    assert only_case(asking).turn is Turn.SECOND


@pytest.mark.parametrize(
    "claims",
    [JUDGE, replace(JUDGE, birth_date=None), replace(JUDGE, given_name="J."), ClaimedIdentity("", "", None)],
    ids=["the same", "no birth date", "another given name", "says nothing"],
)
def test_the_same_person_with_two_accounts_is_not_two(asking: Viewer, claims: ClaimedIdentity) -> None:
    case = only_case(asking).id
    proposal = propose(case, Outcome.REJECTED)
    with pytest.raises(Absent if not claims.family_name else SecondNeeded):
        agree(proposal, claims=claims)
    assert only_case(asking).turn is Turn.SECOND


def test_another_person_agrees_and_the_person_reads_why_and_as_what_it_was_decided(asking: Viewer) -> None:
    case = only_case(asking).id
    agree(propose(case, Outcome.REJECTED))
    shown = only_case(asking)
    assert (shown.turn, shown.proposed, shown.may_object) == (Turn.PERSON, Outcome.REJECTED, True)
    assert [(each.move, each.role) for each in shown.steps[1:]] == [
        (Move.PROPOSED, "support"),
        (Move.AGREED, "support"),
    ]
    assert shown.steps[1].words == "Nagekeken."


def test_the_second_sends_it_back_and_only_the_standing_proposal_is_agreed_to(asking: Viewer) -> None:
    case = only_case(asking).id
    first = propose(case, Outcome.REJECTED)
    actions.send_back(proposal=first, words="Het bewijs telt.", claims=SECOND_JUDGE, viewer=support(), at=AT)
    second = propose(case, Outcome.GRANTED, values=PROOF)
    with pytest.raises(CaseMovedOn):
        agree(first)
    agree(second)
    assert only_case(asking).proposed is Outcome.GRANTED


def test_two_who_decide_at_once_decide_once(asking: Viewer) -> None:
    case = only_case(asking).id
    proposal = propose(case, Outcome.REJECTED)
    agree(proposal)
    with pytest.raises(CaseMovedOn):
        agree(proposal)
    with pytest.raises(CaseMovedOn):
        propose(case, Outcome.GRANTED, values=PROOF)
    assert CaseStep.objects.filter(move=Move.AGREED).count() == 1


def test_nobody_decides_about_herself(asking: Viewer) -> None:
    case = only_case(asking).id
    as_officer = replace(support(), account=asking.account)
    also_her = replace(TEACHER, given_name="B.")
    for viewer, claims in ((as_officer, JUDGE), (support(), also_her)):
        assert queries.desk_cases(None, claims=claims, viewer=viewer, at=AT) == []
        with pytest.raises(Absent):
            queries.desk_case(case, claims=claims, viewer=viewer, at=AT)
        with pytest.raises(Absent):
            propose(case, Outcome.REJECTED, viewer=viewer, claims=claims)


def test_only_the_support_organisation_decides_and_with_a_second_factor(asking: Viewer) -> None:
    case = only_case(asking).id
    for viewer, error in ((staff(), NotAllowed), (replace(support(), second_factor=False), SecondFactorNeeded)):
        with pytest.raises(error):
            propose(case, Outcome.REJECTED, viewer=viewer)
        with pytest.raises(error):
            queries.desk_cases(None, claims=JUDGE, viewer=viewer, at=AT)


def test_a_motive_is_needed(asking: Viewer) -> None:
    with pytest.raises(Invalid):
        actions.propose(
            case=only_case(asking).id,
            outcome=Outcome.REJECTED,
            words=" ",
            values={},
            claims=JUDGE,
            viewer=support(),
            at=AT,
        )


def test_taking_it_on_shows_who_is_at_it_and_looking_is_recorded(asking: Viewer) -> None:
    case, officer = only_case(asking).id, support()
    for _ in range(2):
        actions.take_on(case=case, mine=True, claims=JUDGE, viewer=officer, at=AT)
    (mine,) = queries.desk_cases(None, claims=JUDGE, viewer=officer, at=AT)
    (theirs,) = queries.desk_cases(None, claims=SECOND_JUDGE, viewer=support(), at=AT)
    assert [(each.assigned, each.mine) for each in (mine, theirs)] == [(True, True), (True, False)]
    actions.take_on(case=case, mine=False, claims=JUDGE, viewer=officer, at=AT)
    assert [each.loose for each in queries.queues(officer, at=AT) if each.amount] == [1]
    looks = AuditEvent.objects.filter(name="register.CasesConsulted")
    assert [each.facts["reason"] for each in looks] == ["case-is-decided"] * 2
    assert AuditEvent.objects.filter(name="register.CaseAssigned").count() == 2


def test_somebody_born_on_the_same_day_with_another_name_is_another(asking: Viewer) -> None:
    case = only_case(asking).id
    proposal = propose(case, Outcome.REJECTED)
    agree(proposal, claims=ClaimedIdentity("Anders", "Anna", date(1970, 1, 1)))
    assert only_case(asking).turn is Turn.PERSON
