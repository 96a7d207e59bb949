"""A dispute from her words to the end: the board answers or not, she replies, two decide, the clock goes on."""

from datetime import timedelta

import pytest
from django.core import mail

from lerarenregister.accounts.permissions import Role, Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.outbox.sending import send_due
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.actions.cases.forgetting import forget_cases
from lerarenregister.register.errors import CaseMovedOn
from lerarenregister.register.models import Case, CaseStep
from lerarenregister.register.rules.cases import CaseKind, Move, Outcome, Turn
from tests.register.case_cast import ONE, decide, only_case
from tests.register.cast import AT, BOARD, JUDGE, OTHER_BOARD, csv_of, deliver, joined, staff, support, teacher
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]


@pytest.fixture
def disputing() -> Viewer:
    """A teacher who said that her one appointment is wrong."""
    viewer = joined()
    (shown,) = queries.own_registration(viewer).appointments
    actions.dispute_appointment(version=shown.latest.id, words="Ik begon in mei.", viewer=viewer, at=AT)
    return viewer


def answer(viewer: Viewer, *, done: bool, words: str = "Het contract zegt augustus.", board: str = BOARD) -> None:
    case = only_case(viewer).id
    actions.answer_question(case=case, board=board, done=done, words=words, viewer=staff(board), at=AT)


def test_her_words_go_to_the_board_that_delivered_it_with_a_term(disputing: Viewer) -> None:
    case = only_case(disputing)
    assert (case.kind, case.turn, case.words) == (CaseKind.DISPUTE, Turn.BOARD, "Ik begon in mei.")
    assert case.days_left == TERMS.case_board.days
    (question,) = queries.questions_to(BOARD, staff(), at=AT)
    assert (question.id, question.words, question.staff_number) == (case.id, "Ik begon in mei.", "p1")
    assert "Berg" in question.name
    assert queries.questions_to(OTHER_BOARD, staff(OTHER_BOARD), at=AT) == []
    seen = AuditEvent.objects.get(name="register.CasesConsulted")
    assert seen.facts["reason"] == "question-is-answered"


def test_more_words_are_added_to_the_same_case(disputing: Viewer) -> None:
    (shown,) = queries.own_registration(disputing).appointments
    for _ in range(2):
        actions.dispute_appointment(version=shown.latest.id, words="In mei 2017.", viewer=disputing, at=AT)
    assert [each.move for each in only_case(disputing).steps] == [Move.OPENED, Move.ADDED]


def test_what_the_board_delivers_anew_is_an_answer_by_itself(disputing: Viewer) -> None:
    deliver(csv_of({"einde": "2019-07-31"}), at=AT + ONE)
    assert actions.move_by_clock(AT + ONE) == 1
    assert actions.move_by_clock(AT + ONE) == 0
    case = only_case(disputing, AT + ONE)
    assert (case.turn, case.steps[-1].move, case.steps[-1].role) == (Turn.PERSON, Move.DONE, "job")
    actions.reply(case=case.id, content=True, words="", viewer=disputing, at=AT + ONE)
    assert only_case(disputing).outcome is Outcome.SETTLED


def test_a_board_that_says_nothing_passes_it_on_and_nothing_waits_silently(disputing: Viewer) -> None:
    last = AT + TERMS.case_board
    assert actions.move_by_clock(last) == 0
    assert actions.move_by_clock(last + ONE) == 1
    case = only_case(disputing, last + ONE)
    assert (case.turn, case.days_left) == (Turn.DESK, TERMS.case_desk.days)
    assert queries.questions_to(BOARD, staff(), at=last + ONE) == []
    late = last + ONE + TERMS.case_desk + ONE
    actions.move_by_clock(late)
    (queue,) = (each for each in queries.queues(support(), at=late) if each.kind is CaseKind.DISPUTE)
    assert [str(number) for number in (queue.amount, queue.loose, queue.soon)] == ["1", "1", "0"]
    assert (queue.amount, queue.late, queue.loose) == (1, 1, 1)


def test_she_objects_once_and_it_is_decided_again(disputing: Viewer) -> None:
    answer(disputing, done=False)
    case = only_case(disputing).id
    for rounds in (1, 2):
        actions.reply(case=case, content=False, words="Kijk nog eens.", viewer=disputing, at=AT)
        decide(case, Outcome.REJECTED)
        assert only_case(disputing).rounds == rounds
    assert only_case(disputing).outcome is Outcome.REJECTED
    with pytest.raises(CaseMovedOn):
        actions.reply(case=case, content=False, words="En nog eens.", viewer=disputing, at=AT)


def test_what_she_was_right_about_no_longer_waits_for_her_and_the_board_is_told(disputing: Viewer) -> None:
    answer(disputing, done=False)
    case = only_case(disputing).id
    actions.reply(case=case, content=False, words="Kijk nog eens.", viewer=disputing, at=AT)
    decide(case, Outcome.GRANTED)
    own = queries.own_registration(disputing)
    assert (own.waiting, own.appointments[0].latest.answer) == (0, "set-aside")
    (told,) = queries.to_correct(BOARD, staff(), at=AT)
    assert told.id == case
    deliver(csv_of({"einde": "2019-07-31"}), at=AT + ONE)
    assert queries.to_correct(BOARD, staff(), at=AT + ONE) == []
    assert queries.own_registration(disputing).waiting == 1


def test_a_confirmation_of_what_is_set_aside_no_longer_stands(disputing: Viewer) -> None:
    (shown,) = queries.own_registration(disputing).appointments
    actions.confirm_appointment(version=shown.latest.id, person=shown.latest.person, viewer=disputing, at=AT)
    answer(disputing, done=False)
    case = only_case(disputing).id
    actions.reply(case=case, content=False, words="Kijk nog eens.", viewer=disputing, at=AT)
    assert queries.counts(AT.date()).total == 1
    decide(case, Outcome.GRANTED)
    assert queries.counts(AT.date()).total == 0
    assert queries.extract_of(disputing).confirmed == ()
    assert list(queries.broken_rules()) == []


def test_nobody_but_she_and_her_board_has_a_say(disputing: Viewer) -> None:
    case = only_case(disputing).id
    with pytest.raises(Absent):
        actions.answer_question(case=case, board=OTHER_BOARD, done=True, words="", viewer=staff(OTHER_BOARD), at=AT)
    for act in (
        lambda viewer: actions.reply(case=case, content=True, words="", viewer=viewer, at=AT),
        lambda viewer: actions.take_back(case=case, viewer=viewer, at=AT),
        lambda viewer: queries.own_case(viewer, case, at=AT),
    ):
        with pytest.raises(Absent):
            act(teacher())
    with pytest.raises(Absent):
        queries.desk_case(case, claims=JUDGE, viewer=support(), at=AT)
    assert only_case(disputing).turn is Turn.BOARD


def test_a_reason_is_needed_and_the_turn_of_another_is_refused(disputing: Viewer) -> None:
    with pytest.raises(Invalid):
        answer(disputing, done=False, words=" ")
    answer(disputing, done=False)
    with pytest.raises(CaseMovedOn):
        answer(disputing, done=True)
    assert CaseStep.objects.count() == 2


def test_she_takes_it_back(disputing: Viewer) -> None:
    actions.take_back(case=only_case(disputing).id, viewer=disputing, at=AT)
    assert only_case(disputing).outcome is Outcome.WITHDRAWN


def test_who_is_to_act_is_reminded_once_before_the_term_ends(disputing: Viewer) -> None:
    near = AT + TERMS.case_board - TERMS.case_reminder
    assert [actions.remind(each) for each in (near - ONE, near, near + ONE)] == [0, 1, 0]
    assert AuditEvent.objects.get(name="register.CaseReminded").facts["turn"] == "board"
    answer(disputing, done=False)
    assert actions.remind(AT + TERMS.case_person) == 1


def test_a_board_is_mailed_where_it_wants_to_be_reminded_and_she_sees_on_her_first_page_that_it_is_her_turn(
    disputing: Viewer,
) -> None:
    manager = staff(role=Role.BOARD_MANAGER)
    actions.keep_contact(board=BOARD, address="personeel@school.example.org", viewer=manager, at=AT)
    assert not queries.asks_her(disputing)
    actions.remind(AT + TERMS.case_board)
    assert "1 sent" in send_due(AT + TERMS.case_board)
    (sent,) = mail.outbox
    assert (sent.to, "Vragen" in sent.body, "Questions" in sent.body) == (["personeel@school.example.org"], True, True)
    assert "Berg" not in sent.body
    answer(disputing, done=False)
    assert queries.asks_her(disputing)
    assert not queries.asks_her(teacher())


def test_a_closed_case_goes_after_its_term_and_not_before(disputing: Viewer) -> None:
    actions.take_back(case=only_case(disputing).id, viewer=disputing, at=AT)
    assert forget_cases(AT + TERMS.case_kept) == 0
    assert forget_cases(AT + TERMS.case_kept + timedelta(seconds=1)) == 1
    assert not CaseStep.objects.exists()


def test_an_open_case_stays_and_who_acted_is_forgotten_after_the_term_of_giving_account(disputing: Viewer) -> None:
    assert forget_cases(AT + TERMS.accountability + ONE) == 0
    assert Case.objects.count() == 1
    assert CaseStep.objects.filter(account__isnull=False).count() == 0


def test_with_her_account_all_of_it_goes(disputing: Viewer) -> None:
    actions.erase_person(account=disputing.person(), at=AT)
    assert not Case.objects.exists()
    assert not CaseStep.objects.exists()
    assert list(queries.broken_rules()) == []
