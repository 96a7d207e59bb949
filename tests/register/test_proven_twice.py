"""Who is registered on a proof alone is found like anybody else: nobody is registered twice silently."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.actions.cases.finding import look_for_registered
from lerarenregister.register.models import Case, Duplicate, Registration
from lerarenregister.register.queries.holdings import held_of
from lerarenregister.register.rules.cases import Outcome
from tests.register import case_cast
from tests.register import twice_cast as cast
from tests.register.cast import AT, JUDGE, TEACHER, support, teacher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
LATER = AT + timedelta(days=30)


def proven() -> Viewer:
    """Somebody whom no board delivered and two people registered on her proof."""
    viewer = teacher()
    case = actions.ask_registration(board="", words="Een diploma.", identity=TEACHER, viewer=viewer, at=AT)
    case_cast.decide(case, Outcome.GRANTED, values=case_cast.PROOF)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    assert cast.number_of(viewer)
    return viewer


def _sides() -> queries.Sides:
    (case,) = cast.duplicates()
    found = queries.sides_of(case, claims=JUDGE, viewer=support(), at=AT)
    assert found is not None
    return found


def test_who_confirms_what_a_board_delivered_waits_when_she_is_registered_on_a_proof() -> None:
    first = proven()
    second = cast.activated()
    cast.confirm(second)
    own = queries.own_registration(second)
    assert (own.number, own.held) == ("", True)
    assert Registration.objects.count() == 1
    sides = _sides()
    assert (sides.one.staff_number, sides.other.staff_number, sides.other.board) == ("p1", "", "")
    assert sides.other.number == cast.number_of(first)
    assert sides.other.family_name == TEACHER.family_name
    assert not queries.own_registration(first).held
    assert list(queries.broken_rules()) == []


def test_two_people_find_that_they_are_one_and_undo_it() -> None:
    first, second = proven(), cast.activated()
    cast.confirm(second)
    cast.decide(same=True)
    assert queries.own_registration(second).answers_as == cast.number_of(first)
    assert queries.counts(AT.date()).total == 1
    (merge,) = queries.merges_standing("", viewer=support(), at=LATER)
    officer = support()
    case = actions.propose_undo(merge=merge.id, words="Toch twee.", claims=JUDGE, viewer=officer, at=LATER)
    sides = queries.sides_of(case, claims=JUDGE, viewer=officer, at=LATER)
    assert sides is not None
    assert {sides.one.board, sides.other.board} == {"", cast.BOARD}
    proposal = queries.desk_case(case, claims=JUDGE, viewer=officer, at=LATER).proposal
    assert proposal is not None
    case_cast.agree(proposal.id, at=LATER)
    assert not queries.own_registration(second).answers_as
    assert list(queries.broken_rules()) == []


def test_when_they_are_two_she_who_waited_is_entered_and_not_asked_about_again() -> None:
    first, second = proven(), cast.activated()
    cast.confirm(second)
    cast.decide(same=False)
    assert cast.number_of(second) not in {"", cast.number_of(first)}
    assert second.account
    look_for_registered(second.account, at=LATER)
    assert cast.duplicates() == []
    assert list(queries.broken_rules()) == []


def test_a_proof_that_is_granted_while_somebody_like_her_is_registered_is_compared_afterwards() -> None:
    first, second = cast.registered(), proven()
    assert cast.number_of(first) != cast.number_of(second)
    sides = _sides()
    assert (sides.one.number, sides.other.number) == (cast.number_of(first), cast.number_of(second))
    cast.decide(same=True)
    assert {queries.own_registration(each).answers_as for each in (first, second)} > {""}
    assert list(queries.broken_rules()) == []


def test_neither_of_the_two_decides_about_it_under_her_own_name_or_account() -> None:
    first = proven()
    cast.activated()
    (case,) = cast.duplicates()
    officer = support()
    herself = Viewer(account=first.account, session=officer.session, roles=officer.roles, second_factor=True)
    for viewer, claims in ((herself, JUDGE), (officer, TEACHER)):
        with pytest.raises(Absent):
            case_cast.propose(case, Outcome.GRANTED, viewer=viewer, claims=claims)


def test_closing_the_account_that_was_proven_takes_the_question_with_it_and_lets_the_other_in() -> None:
    first, second = proven(), cast.activated()
    cast.confirm(second)
    assert first.account
    actions.erase_person(account=first.account, at=LATER)
    assert cast.number_of(second)
    assert (Case.objects.count(), Duplicate.objects.count()) == (0, 0)
    assert list(queries.broken_rules()) == []


def test_both_read_in_what_is_held_of_them_that_they_were_compared() -> None:
    first, second = proven(), cast.activated()
    for viewer in (first, second):
        assert viewer.account
        held = {each.name: list(each.rows) for each in held_of(viewer.account)}
        assert len(held["duplicates"]) == 1


def test_the_database_keeps_a_pair_to_two_sides() -> None:
    proven()
    cast.activated()
    pair = Duplicate.objects.get()
    for wrong in ({"other_id": pair.one_id}, {"other_id": pair.one_id, "other_account": None}, {"other_account": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Duplicate.objects.filter(pk=pair.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duplicate.objects.create(
            id=new_id(), one_id=pair.one_id, other_account=pair.other_account, facts=b"", likeness="same", found_at=AT
        )
