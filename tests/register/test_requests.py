"""She asks for registration herself: of a board, or of the support organisation with her proof."""

from datetime import date

import pytest

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.jobs.register.invariants import broken
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import AlreadyAsked, NotTheSamePerson, StaffNumberUnknown
from lerarenregister.register.models import Case, Qualification, Registration
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.cases import Outcome, Turn
from tests.register.case_cast import ONE, PROOF, decide, only_case, propose
from tests.register.cast import (
    AT,
    BOARD,
    JUDGE,
    OTHER_BOARD,
    TEACHER,
    csv_of,
    deliver,
    joined,
    replace_name,
    staff,
    support,
    teacher,
)
from tests.register.test_confirming import confirm
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]


def ask(viewer: Viewer, board: str = "", words: str = "Ik geef les.", claims: object = TEACHER) -> object:
    return actions.ask_registration(board=board, words=words, identity=claims, viewer=viewer, at=AT)  # type: ignore[arg-type]


def uneven() -> list[str]:
    """What the log and the rows count differently."""
    return [each.where for each in broken(AT) if "as many acts" in each.rule]


def answer(viewer: Viewer, staff_number: str, *, board: str = BOARD) -> None:
    case = only_case(viewer).id
    actions.answer_question(
        case=case, board=board, done=True, words="", staff_number=staff_number, viewer=staff(board), at=AT
    )


def test_a_board_gives_the_number_under_which_it_delivered_her_and_her_file_joins() -> None:
    viewer = teacher()
    deliver(csv_of({}))
    assert ask(viewer, BOARD) == ask(viewer, BOARD)
    (question,) = queries.questions_to(BOARD, staff(), at=AT)
    assert (question.name, question.birth_date) == ("Bea Van den Berg", date(1980, 3, 4))
    answer(viewer, "p1")
    assert (only_case(viewer).outcome, queries.own_registration(viewer).waiting) == (Outcome.SETTLED, 1)
    assert queries.own_registration(viewer).number == ""
    assert list(queries.broken_rules()) == []


def test_somebody_else_s_file_does_not_join_and_the_board_is_told_why() -> None:
    viewer = teacher()
    deliver(csv_of({}))
    ask(viewer, BOARD, claims=replace_name("Anders"))
    with pytest.raises(NotTheSamePerson):
        answer(viewer, "p1")
    with pytest.raises(StaffNumberUnknown):
        answer(viewer, "p2")
    assert only_case(viewer).turn is Turn.BOARD
    assert queries.own_registration(viewer).appointments == ()


def test_a_file_that_joined_somebody_looks_like_one_that_is_not_there() -> None:
    first, second = teacher(), teacher()
    deliver(csv_of({}))
    for each in (first, second):
        ask(each, BOARD)
    answer(first, "p1")
    with pytest.raises(StaffNumberUnknown):
        answer(second, "p1")


def test_one_question_at_a_time_and_only_to_a_board_that_is_there() -> None:
    viewer = teacher()
    ask(viewer, BOARD)
    with pytest.raises(AlreadyAsked):
        ask(viewer, OTHER_BOARD)
    with pytest.raises(Absent):
        ask(teacher(), "00000")
    with pytest.raises(Invalid):
        ask(teacher(), "", "  ")
    assert Case.objects.count() == 1


def test_two_people_see_her_proof_and_she_is_registered_when_she_confirms_it() -> None:
    viewer = teacher()
    ask(viewer)
    case = only_case(viewer).id
    decide(case, Outcome.GRANTED, values=PROOF)
    assert only_case(viewer).turn is Turn.PERSON
    assert not Registration.objects.exists()
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    own = queries.own_registration(viewer)
    assert [each.kind for each in own.acts] == [ActKind.PROVEN]
    assert own.acts[0].article == "3.7"
    assert uneven() == []
    (seen,) = own.qualifications
    assert (seen.ground, seen.sector, seen.issuer, seen.begin) == ("B02", "vo", PROOF["issuer"], PROOF["begin"])
    counted = queries.counts(AT.date())
    assert (counted.total, dict(counted.sectors)["vo"]) == (1, 1)
    assert queries.extract_of(viewer).as_json()["bevoegdheden"][0]["afgegeven_door"] == PROOF["issuer"]
    assert list(queries.broken_rules()) == []


def test_what_she_does_not_confirm_has_no_effect() -> None:
    viewer = teacher()
    ask(viewer)
    decide(only_case(viewer).id, Outcome.GRANTED, values=PROOF)
    assert actions.move_by_clock(AT + TERMS.case_person + ONE) == 1
    assert only_case(viewer).outcome is Outcome.LAPSED
    assert not Qualification.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ground", "O01"),
        ("ground", "X"),
        ("sector", "po"),
        ("proof", "sticker"),
        ("issuer", " "),
        ("subject", "x" * 101),
        ("begin", date(2018, 9, 4)),
        ("begin", date(1850, 1, 1)),
        ("begin", None),
    ],
)
def test_a_proof_that_is_not_whole_is_refused_by_name(name: str, value: object) -> None:
    viewer = teacher()
    ask(viewer)
    with pytest.raises(Invalid, match=name):
        propose(only_case(viewer).id, Outcome.GRANTED, values=PROOF | {name: value})
    assert only_case(viewer).turn is Turn.DESK


def test_a_board_that_refuses_leaves_her_the_support_organisation() -> None:
    viewer = teacher()
    ask(viewer, BOARD)
    case = only_case(viewer).id
    actions.answer_question(case=case, board=BOARD, done=False, words="Werkt hier niet.", viewer=staff(), at=AT)
    actions.reply(case=case, content=False, words="Ik heb een diploma.", viewer=viewer, at=AT)
    assert only_case(viewer).turn is Turn.DESK


def test_with_her_account_her_qualification_goes() -> None:
    viewer = teacher()
    ask(viewer)
    case = only_case(viewer).id
    decide(case, Outcome.GRANTED, values=PROOF)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    actions.erase_person(account=viewer.person(), at=AT)
    assert not Qualification.objects.exists()
    assert not Case.objects.exists()
    assert uneven() == []
    assert list(queries.broken_rules()) == []


def test_an_appointment_that_she_confirms_later_extends_what_she_proved() -> None:
    viewer = joined()
    ask(viewer)
    case = only_case(viewer).id
    decide(case, Outcome.GRANTED, values=PROOF)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    assert uneven() == []
    actions.erase_person(account=viewer.person(), at=AT)
    assert uneven() == []


def test_the_desk_is_told_that_somebody_like_her_is_registered() -> None:
    first = joined()
    confirm(queries.own_registration(first).appointments[0], viewer=first, at=AT)
    second = teacher()
    ask(second)
    case = only_case(second).id
    shown = queries.desk_case(case, claims=JUDGE, viewer=support(), at=AT)
    assert shown.alike == 1
    assert only_case(second).alike == 0, "she is told nothing of another"
