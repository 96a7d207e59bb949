"""Ends of a person with two registrations that answer as one: what is known of each counts, both accounts read it."""

from datetime import date, timedelta

import pytest

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.register import actions, queries
from lerarenregister.register.queries.news import news_since
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.cases import Outcome
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register import case_cast
from tests.register import twice_cast as cast
from tests.register.cast import AT, TEACHER, csv_of, deliver, teacher
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
ONE = timedelta(days=1)
QUIET = AT + (date(2018, 10, 1) - AT.date()) + TERMS.work_ended


def _proven(who: ClaimedIdentity = TEACHER) -> Viewer:
    viewer = teacher()
    case = actions.ask_registration(board="", words="Een diploma.", identity=who, viewer=viewer, at=AT)
    case_cast.decide(case, Outcome.GRANTED, values=case_cast.PROOF)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    return viewer


def _merged_by_work() -> tuple[Viewer, Viewer]:
    """Two accounts of one person, each registered by an appointment at another board."""
    first = cast.registered()
    second = cast.activated(cast.ELSEWHERE)
    cast.confirm(second)
    cast.decide(same=True)
    return first, second


def test_a_proof_of_the_other_account_keeps_her_registered_when_all_work_ended() -> None:
    first, second = cast.registered(), _proven()
    cast.decide(same=True)
    assert queries.own_registration(second).answers_as == cast.number_of(first)
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + ONE)
    assert actions.end_due(QUIET) == 0


def test_work_of_the_other_account_keeps_her_registered_until_that_ended_too() -> None:
    _merged_by_work()
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + ONE)
    assert actions.end_due(QUIET) == 0
    deliver(csv_of(cast.ELSEWHERE | {"einde": "2018-09-30"}), board=cast.OTHER_BOARD, at=AT + ONE)
    assert actions.end_due(QUIET) == 1


def test_both_accounts_are_told_and_either_can_stay() -> None:
    first, second = _merged_by_work()
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + ONE)
    deliver(csv_of(cast.ELSEWHERE | {"einde": "2018-09-30"}), board=cast.OTHER_BOARD, at=AT + ONE)
    actions.end_due(QUIET)
    notices = {queries.own_registration(each).notices for each in (first, second)}
    assert len(notices) == 1
    ((notice,),) = notices
    told = news_since(QUIET - ONE, at=QUIET, soon=TERMS.end_notice)
    assert {first.account, second.account} <= set(told)
    assert all(told[each.person()].due_on == notice.ends_on for each in (first, second))
    assert queries.asks_her(second)
    assert actions.stay(notice=notice.id, viewer=second, at=QUIET)
    assert actions.end_due(QUIET + TERMS.end_notice) == 0
    assert cast.number_of(first)
    assert list(queries.broken_rules()) == []


def test_the_pension_age_goes_by_what_is_known_of_either_account() -> None:
    who = ClaimedIdentity(TEACHER.family_name, "Bea Anna Carla", TEACHER.birth_date)
    first = cast.registered({"voorletters": "B.A.C."}, who=who)
    second = _proven(ClaimedIdentity(who.family_name, who.given_name, date(1970, 3, 4)))
    cast.decide(same=True)
    day = date(1970 + TERMS.pension_age_years, 3, 4)
    at = AT + (day - AT.date())
    assert [actions.end_due(at - TERMS.end_notice + days * ONE) for days in (-1, 0)] == [0, 1]
    assert queries.own_registration(second).notices[0].ends_on == day
    assert actions.end_due(at) == 1
    assert [queries.own_registration(each).acts[0].kind for each in (first, second)] == [ActKind.PENSION] * 2
