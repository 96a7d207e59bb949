"""Two registrations of one person: merged by two people, undone by two, and counted once meanwhile."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import MergedAway, SecondNeeded
from lerarenregister.register.models import AnswersAs, Merge, RegistrationPart
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.cases import CaseKind, Outcome
from tests.register import case_cast
from tests.register import twice_cast as cast
from tests.register.cast import AT, JUDGE, OTHER_BOARD, TEACHER, csv_of, deliver, staff, support

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
LATER = AT + timedelta(days=30)
THIRD = {"bestuursnummer": OTHER_BOARD, "brin": "03EF", "personeelsnummer": "p3"}


def _two() -> tuple[Viewer, Viewer]:
    """Two accounts of one person, merged."""
    first = cast.registered()
    second = cast.activated(cast.ELSEWHERE)
    cast.confirm(second)
    cast.decide(same=True)
    return first, second


def _undo(viewer: Viewer) -> None:
    """Two officers undo the merge of her registration."""
    merge = Merge.objects.get(registration__account=viewer.account, undone_at=None)
    officer = support()
    case = actions.propose_undo(merge=merge.id, words="Toch twee.", claims=JUDGE, viewer=officer, at=LATER)
    again = actions.propose_undo(merge=merge.id, words="Toch twee.", claims=JUDGE, viewer=officer, at=LATER)
    assert case == again
    proposal = queries.desk_case(case, claims=JUDGE, viewer=officer, at=LATER).proposal
    assert proposal is not None
    with pytest.raises(SecondNeeded):
        case_cast.agree(proposal.id, claims=JUDGE, at=LATER)
    case_cast.agree(proposal.id, at=LATER)


def test_two_registrations_become_one_that_counts_once_and_both_numbers_answer() -> None:
    first, second = _two()
    one, other = queries.own_registration(first), queries.own_registration(second)
    assert (other.number, other.answers_as) == ("", one.number)
    assert one.answered_by == (other.acts[0].number,)
    assert [each.kind for each in one.acts] == [ActKind.RECEIVED, ActKind.REGISTERED]
    assert [each.kind for each in other.acts] == [ActKind.MERGED, ActKind.REGISTERED]
    assert queries.counts(dutch_date(AT)).total == 1
    assert queries.extract_of(second).number == one.number
    assert list(queries.broken_rules()) == []


def test_each_account_keeps_its_own_appointments_and_neither_sees_those_of_the_other() -> None:
    first, second = _two()
    assert [each.board for each in queries.own_registration(second).appointments] == [OTHER_BOARD]
    assert [each.board for each in queries.own_registration(first).appointments] != [OTHER_BOARD]
    assert RegistrationPart.objects.filter(registration=cast.registration(second)).count() == 1


def test_a_decision_on_a_merged_person_is_refused_with_what_to_do() -> None:
    first, second = _two()
    for act in (actions.leave_register, actions.return_to_register):
        with pytest.raises(MergedAway) as refused:
            act(viewer=second, at=LATER)
        assert refused.value.number == cast.number_of(first)


def test_a_death_of_a_merged_person_ends_both_and_a_correction_is_noted_where_she_is() -> None:
    first, second = _two()
    on = dutch_date(LATER)
    case = actions.report_death(board=OTHER_BOARD, staff_number="p1", on=on, viewer=staff(OTHER_BOARD), at=LATER)
    case_cast.decide(case, Outcome.GRANTED, at=LATER)
    for each in (first, second):
        assert queries.own_registration(each).acts[0].kind is ActKind.DECEASED
    assert queries.counts(on).total == 0
    assert list(queries.broken_rules()) == []


def test_what_she_gets_right_or_proves_with_the_merged_account_counts_for_the_one_person() -> None:
    first, second = _two()
    (shown,) = queries.own_registration(second).appointments
    actions.dispute_appointment(version=shown.latest.id, words="Nooit gewerkt.", viewer=second, at=LATER)
    case = next(each.id for each in queries.own_cases(second, at=LATER) if each.due_on)
    asked = {"case": case, "board": OTHER_BOARD, "viewer": staff(OTHER_BOARD), "at": LATER}
    actions.answer_question(done=False, words="Toch wel.", **asked)  # type: ignore[arg-type]
    actions.reply(case=case, content=False, words="Nee.", viewer=second, at=LATER)
    case_cast.decide(case, Outcome.GRANTED, at=LATER)
    assert queries.own_registration(second).acts[0].kind is ActKind.CORRECTED
    proof = actions.ask_registration(board="", words="Diploma.", identity=TEACHER, viewer=second, at=LATER)
    case_cast.decide(proof, Outcome.GRANTED, values=case_cast.PROOF, at=LATER)
    actions.reply(case=proof, content=True, words="", viewer=second, at=LATER)
    assert queries.own_registration(second).answers_as == cast.number_of(first)
    assert queries.counts(dutch_date(LATER)).total == 1
    assert list(queries.broken_rules()) == []


@pytest.mark.parametrize("kind", [ActKind.PENSION, ActKind.WORK_ENDED])
def test_a_registration_that_answers_as_another_is_not_ended_by_itself(kind: ActKind) -> None:
    from lerarenregister.audit.events import Actor
    from lerarenregister.register.actions.registering import end_registration

    _, second = _two()
    with pytest.raises(MergedAway), transaction.atomic():
        end_registration(cast.registration(second), kind, on=dutch_date(LATER), actor=Actor(None, "job"), at=LATER)
    assert queries.counts(dutch_date(LATER)).total == 1


def test_who_leaves_is_out_with_all_that_answers_as_hers_and_comes_back_with_one_number() -> None:
    first, second = _two()
    actions.leave_register(viewer=first, at=LATER)
    assert queries.counts(dutch_date(LATER)).total == 0
    assert queries.counts(dutch_date(AT)).total == 1
    actions.return_to_register(viewer=first, at=LATER + timedelta(days=1))
    assert queries.counts(dutch_date(LATER) + timedelta(days=1)).total == 1
    assert queries.own_registration(second).answers_as == cast.number_of(first)
    assert list(queries.broken_rules()) == []


def test_a_merge_is_undone_in_one_step_and_both_are_as_they_were() -> None:
    first, second = _two()
    number = cast.number_of(first)
    _undo(second)
    assert cast.number_of(first) == number
    assert cast.number_of(second) == queries.own_registration(second).acts[0].number
    assert queries.counts(dutch_date(LATER)).total == 2
    assert queries.counts(dutch_date(AT)).total == 1  # as it was known then
    assert queries.own_registration(second).acts[0].kind is ActKind.SPLIT
    assert list(queries.broken_rules()) == []


def test_of_three_in_a_row_the_middle_one_is_undone_and_the_others_stay() -> None:
    first, second = _two()
    third = cast.activated(THIRD, at=LATER)
    cast.confirm(third, LATER)
    open_ones = cast.duplicates()
    assert len(open_ones) == 2
    for case in open_ones:
        case_cast.decide(case, Outcome.GRANTED, at=LATER)
    keys = [cast.registration(each).id for each in (first, second, third)]
    Merge.objects.filter(registration=keys[2]).delete()
    AnswersAs.objects.filter(registration=keys[2]).delete()
    # first <- second <- third: whoever was taken for the second goes where the second goes.
    with transaction.atomic():
        _merge_into(third, second)
    assert {queries.own_registration(each).answers_as for each in (second, third)} == {cast.number_of(first)}
    _undo(second)
    assert queries.own_registration(third).answers_as == cast.number_of(second)
    assert queries.own_registration(first).answered_by == ()
    assert queries.counts(dutch_date(LATER)).total == 2
    _undo(third)
    assert queries.counts(dutch_date(LATER)).total == 3
    assert list(queries.broken_rules()) == []


def test_who_was_found_the_same_as_both_is_asked_about_again_when_the_two_are_parted() -> None:
    first, second = _two()
    third = cast.activated(THIRD, at=LATER)
    cast.confirm(third, LATER)
    for case in cast.duplicates():
        case_cast.decide(case, Outcome.GRANTED, at=LATER)
    assert queries.counts(dutch_date(LATER)).total == 1
    _undo(second)
    assert queries.counts(dutch_date(LATER)).total == 2
    assert queries.own_registration(third).answers_as in {cast.number_of(first), cast.number_of(second)}
    cast.decide(same=False, at=LATER)
    assert cast.duplicates() == []
    assert queries.counts(dutch_date(LATER)).total == 2
    assert list(queries.broken_rules()) == []


def test_two_who_are_one_and_stand_apart_are_found() -> None:
    from lerarenregister.register.models import Duplicate

    _, second = _two()
    _undo(second)
    Duplicate.objects.update(same=True)
    assert [each.rule for each in queries.broken_rules()] == ["two who were found to be one stand each for itself"]


def _merge_into(one: Viewer, other: Viewer) -> None:
    from lerarenregister.audit.events import Actor
    from lerarenregister.register.actions.cases.merging import merge
    from lerarenregister.register.models import Case

    case = Case.objects.filter(kind=CaseKind.DUPLICATE).latest("opened_at")
    parties = cast.registration(one), cast.registration(other)
    merge(*parties, case=case, motive="", actor=Actor(None, "support"), at=LATER)


def test_the_database_keeps_a_registration_from_answering_as_two() -> None:
    first, second = _two()
    here, there = cast.registration(second), cast.registration(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.create(id=new_id(), registration=here, into=there, made_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.create(id=new_id(), registration=there, into=there, made_at=AT)


def test_a_merge_that_was_undone_can_not_be_undone_again() -> None:
    _, second = _two()
    merge = Merge.objects.get()
    _undo(second)
    with pytest.raises(Absent):
        actions.propose_undo(merge=merge.id, words="Nog eens.", claims=JUDGE, viewer=support(), at=LATER)


def test_nobody_decides_whether_she_is_another() -> None:
    first = cast.registered()
    second = cast.activated(cast.ELSEWHERE)
    (case,) = cast.duplicates()
    for account in (first.account, second.account):
        officer = support()
        herself = Viewer(account=account, session=officer.session, roles=officer.roles, second_factor=True)
        with pytest.raises(Absent):
            case_cast.propose(case, Outcome.GRANTED, viewer=herself)


def test_who_closes_her_account_leaves_the_other_registration_standing() -> None:
    first, second = _two()
    assert first.account
    actions.erase_person(account=first.account, at=LATER)
    own = queries.own_registration(second)
    assert own.number
    assert not own.answers_as
    assert list(queries.broken_rules()) == []


def test_what_she_confirms_later_with_the_other_account_counts_for_the_same_person() -> None:
    first, second = _two()
    actions.leave_register(viewer=first, at=LATER)
    deliver(csv_of(cast.ELSEWHERE | {"begin": "2019-01-01", "vak": "x"}), board=OTHER_BOARD, at=LATER)
    cast.confirm(second, LATER)
    assert cast.number_of(first)
    assert queries.own_registration(second).answers_as == cast.number_of(first)
