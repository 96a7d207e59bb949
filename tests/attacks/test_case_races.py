"""Two officers at once: agreeing, agreeing and sending back, proposing. One of them is too late and hears so."""

from datetime import date
from uuid import UUID

import pytest

from lerarenregister.register import actions
from lerarenregister.register.errors import CaseMovedOn
from lerarenregister.register.models import Act, CaseStep
from lerarenregister.register.rules.cases import Move, Outcome
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.attacks.test_races import at_once
from tests.register import case_cast, cast
from tests.register.cast import AT, TEACHER

pytestmark = pytest.mark.django_db(transaction=True)


def _asked_for_proof() -> UUID:
    asking = cast.teacher()
    return actions.ask_registration(board="", words="Diploma.", identity=TEACHER, viewer=asking, at=AT)


def test_two_officers_who_agree_at_once_decide_once() -> None:
    for _ in range(5):
        proposal = case_cast.propose(_asked_for_proof(), Outcome.REJECTED)
        third = ClaimedIdentity("Derde", "Trui", date(1972, 2, 2))
        agree = [
            lambda claims=claims, proposal=proposal: case_cast.agree(proposal, claims=claims)  # type: ignore[misc]
            for claims in (case_cast.SECOND_JUDGE, third)
        ]
        results = at_once(*agree)
        assert sorted(type(each).__name__ for each in results) == [CaseMovedOn.__name__, "NoneType"], results
    assert CaseStep.objects.filter(move=Move.AGREED).count() == 5
    assert Act.objects.count() == 0


def test_one_officer_who_agrees_while_another_sends_it_back_leaves_one_of_both() -> None:
    for _ in range(5):
        case = _asked_for_proof()
        proposal = case_cast.propose(case, Outcome.REJECTED)
        results = at_once(
            lambda proposal=proposal: case_cast.agree(proposal),  # type: ignore[misc]
            lambda proposal=proposal: actions.send_back(  # type: ignore[misc]
                proposal=proposal,
                words="Kijk nog eens.",
                claims=ClaimedIdentity("Derde", "Trui", date(1972, 2, 2)),
                viewer=cast.support(),
                at=AT,
            ),
        )
        assert sorted(type(each).__name__ for each in results) == [CaseMovedOn.__name__, "NoneType"], results
        assert CaseStep.objects.filter(case=case, move__in=(Move.AGREED, Move.SENT_BACK)).count() == 1


def test_two_officers_who_propose_at_once_leave_one_proposal() -> None:
    for _ in range(5):
        case = _asked_for_proof()
        results = at_once(
            *(
                lambda claims=claims, case=case: case_cast.propose(case, Outcome.REJECTED, claims=claims)  # type: ignore[misc]
                for claims in (cast.JUDGE, case_cast.SECOND_JUDGE)
            )
        )
        assert sum(isinstance(each, UUID) for each in results) == 1, results
        assert sum(isinstance(each, CaseMovedOn) for each in results) == 1, results
        assert CaseStep.objects.filter(case=case, move=Move.PROPOSED).count() == 1
