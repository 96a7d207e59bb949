"""Cases by the rules alone: whose turn, until when, and that each ends."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.register.rules.cases import (
    MOST_ROUNDS,
    CaseKind,
    Move,
    NotNow,
    Outcome,
    Standing,
    Turn,
    by_clock,
    moved,
    opened,
    to_remind,
)
from tests.rulebook import TERMS

DAY = date(2018, 9, 3)


def after(kind: CaseKind, *moves: Move, board: bool = True, proposed: Outcome = Outcome.REJECTED) -> Standing:
    """A case after these moves, all on the first day."""
    now = opened(kind, on=DAY, terms=TERMS, board=board)
    for each in moves:
        now = moved(now, each, on=DAY, terms=TERMS, proposed=proposed if each is Move.PROPOSED else None)
    return now


def test_a_board_answers_first_and_a_death_goes_to_support() -> None:
    assert after(CaseKind.DISPUTE) == Standing(CaseKind.DISPUTE, Turn.BOARD, DAY + TERMS.case_board)
    assert after(CaseKind.REQUEST, board=False).turn is Turn.DESK
    assert after(CaseKind.DEATH).turn is Turn.DESK


def test_a_reply_of_hers_settles_it_or_brings_it_to_support() -> None:
    kept = after(CaseKind.DISPUTE, Move.KEPT)
    assert (kept.turn, kept.due_on) == (Turn.PERSON, DAY + TERMS.case_person)
    assert moved(kept, Move.CONTENT, on=DAY, terms=TERMS).outcome is Outcome.SETTLED
    assert moved(kept, Move.OBJECTED, on=DAY, terms=TERMS).turn is Turn.DESK


def test_what_is_proposed_waits_for_a_second_person_within_the_same_term() -> None:
    asked = after(CaseKind.REQUEST, board=False)
    proposed = moved(asked, Move.PROPOSED, on=DAY + timedelta(days=9), terms=TERMS, proposed=Outcome.GRANTED)
    assert (proposed.turn, proposed.due_on) == (Turn.SECOND, asked.due_on)
    back = moved(proposed, Move.SENT_BACK, on=DAY, terms=TERMS)
    assert (back.turn, back.due_on, back.proposed) == (Turn.DESK, asked.due_on, None)


def test_she_objects_to_a_decision_once() -> None:
    first = (Move.OBJECTED, Move.PROPOSED, Move.AGREED)
    once = after(CaseKind.DISPUTE, Move.KEPT, *first)
    assert (once.turn, once.rounds, once.due_on) == (Turn.PERSON, 1, DAY + TERMS.case_objection)
    twice = after(CaseKind.DISPUTE, Move.KEPT, *first, *first)
    assert (twice.turn, twice.rounds, twice.outcome) == (Turn.NOBODY, MOST_ROUNDS, Outcome.REJECTED)


def test_what_is_granted_takes_effect_when_she_confirms_it_and_else_lapses() -> None:
    granted = after(CaseKind.REQUEST, Move.PROPOSED, Move.AGREED, board=False, proposed=Outcome.GRANTED)
    assert granted.turn is Turn.PERSON
    assert moved(granted, Move.CONTENT, on=DAY, terms=TERMS).outcome is Outcome.GRANTED
    late = DAY + TERMS.case_person + timedelta(days=1)
    assert moved(granted, Move.LAPSED, on=late, terms=TERMS).outcome is Outcome.LAPSED


def test_a_decision_that_she_leaves_stands() -> None:
    rejected = after(CaseKind.DISPUTE, Move.KEPT, Move.OBJECTED, Move.PROPOSED, Move.AGREED)
    late = DAY + TERMS.case_objection + timedelta(days=1)
    assert moved(rejected, Move.LAPSED, on=late, terms=TERMS).outcome is Outcome.REJECTED


def test_who_is_said_to_be_dead_closes_it_herself() -> None:
    assert moved(after(CaseKind.DEATH), Move.OBJECTED, on=DAY, terms=TERMS).outcome is Outcome.REJECTED
    with pytest.raises(NotNow):
        moved(after(CaseKind.DEATH), Move.WITHDRAWN, on=DAY, terms=TERMS)


def test_the_clock_moves_on_the_day_after_the_last_one_and_not_before() -> None:
    asked = after(CaseKind.DISPUTE)
    assert asked.due_on is not None
    assert by_clock(asked, asked.due_on) is None
    assert by_clock(asked, asked.due_on + timedelta(days=1)) is Move.PASSED_ON
    with pytest.raises(NotNow):
        moved(asked, Move.PASSED_ON, on=asked.due_on, terms=TERMS)
    assert not to_remind(asked, asked.due_on - TERMS.case_reminder - timedelta(days=1), TERMS.case_reminder)
    assert to_remind(asked, asked.due_on - TERMS.case_reminder, TERMS.case_reminder)


def test_a_term_counts_days_of_the_calendar_over_a_leap_day_and_the_change_of_the_clock() -> None:
    leap = opened(CaseKind.DISPUTE, on=date(2024, 2, 1), terms=TERMS, board=True)
    assert leap.due_on == date(2024, 2, 29)
    summer = opened(CaseKind.DISPUTE, on=date(2018, 3, 1), terms=TERMS, board=True)
    assert summer.due_on == date(2018, 3, 29)  # with real moments: tests/register/test_midnight.py


def test_a_turn_keeps_the_term_with_which_it_began() -> None:
    asked, shorter = after(CaseKind.DISPUTE), replace(TERMS, case_board=timedelta(days=1))
    assert moved(asked, Move.ADDED, on=DAY, terms=shorter).due_on == asked.due_on
    assert moved(asked, Move.WITHDRAWN, on=DAY, terms=shorter).outcome is Outcome.WITHDRAWN


def test_nothing_moves_a_closed_case() -> None:
    closed = after(CaseKind.DISPUTE, Move.WITHDRAWN)
    for each, on in product(Move, (DAY, DAY + timedelta(days=999))):
        with pytest.raises(NotNow):
            moved(closed, each, on=on, terms=TERMS, proposed=Outcome.GRANTED)


@given(
    kind=st.sampled_from(CaseKind),
    board=st.booleans(),
    moves=st.lists(st.tuples(st.sampled_from(Move), st.integers(0, 60), st.sampled_from(Outcome)), max_size=25),
)
def test_whatever_is_done_it_is_closed_with_an_outcome_or_somebody_s_turn_with_a_last_day(
    kind: CaseKind, board: bool, moves: list[tuple[Move, int, Outcome]]
) -> None:
    now, today = opened(kind, on=DAY, terms=TERMS, board=board), DAY
    for move, days, proposed in moves:
        today += timedelta(days=days)
        if (by_itself := by_clock(now, today)) is not None:
            now = moved(now, by_itself, on=today, terms=TERMS)
        try:
            now = moved(now, move, on=today, terms=TERMS, proposed=proposed)
        except NotNow:
            continue
        assert (now.turn is Turn.NOBODY) == (now.outcome is not None) == (now.due_on is None)
        assert now.rounds <= MOST_ROUNDS
        assert (now.turn is Turn.SECOND) <= (now.proposed is not None)
