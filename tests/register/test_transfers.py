"""Schools that go to another board take their people along; two people decide, and the old board sees them no more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.accounts.permissions import Role, Viewer
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import BoardUnknown, SecondNeeded, WrongState
from lerarenregister.register.models import (
    ActivationCodeIssued,
    Case,
    DeliveryLine,
    Employee,
    FileMove,
    InstitutionBoard,
    Transfer,
)
from lerarenregister.register.rules.identity import ClaimedIdentity
from lerarenregister.register.rules.transfers import Goes, Work, goes, numbered
from tests.register import cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, TEACHER, csv_of, deliver, staff, support

ON = date(2018, 9, 10)
THEN = datetime(2018, 9, 10, 9, 0, tzinfo=UTC)
JOKE = ClaimedIdentity("Prins", "Joke", date(1969, 5, 17))
PIET = ClaimedIdentity("Smit", "Piet", date(1975, 1, 2))
LAW = {"brin": "02CD", "benoemingsgrondslag": "B02"}


def test_who_works_at_these_schools_alone_goes_along_and_who_left_before_or_works_elsewhere_does_not() -> None:
    here, there = Work("01AB", None), Work("02CD", None)
    asked = {"brins": ["01AB"], "on": ON}
    assert goes([here], objected=False, **asked) is Goes.ALONG  # type: ignore[arg-type]
    assert goes([here, there], objected=False, **asked) is Goes.STAYS  # type: ignore[arg-type]
    assert goes([here, Work("02CD", ON)], objected=False, **asked) is Goes.ALONG  # type: ignore[arg-type]
    assert goes([Work("01AB", ON), there], objected=False, **asked) is Goes.NOT  # type: ignore[arg-type]
    assert goes([Work("01AB", ON + timedelta(days=1))], objected=False, **asked) is Goes.ALONG  # type: ignore[arg-type]
    assert goes([here], objected=True, **asked) is Goes.STAYS  # type: ignore[arg-type]
    assert goes([], objected=False, **asked) is Goes.NOT  # type: ignore[arg-type]


def test_a_number_is_kept_unless_somebody_has_it_and_a_given_one_is_no_way_around_that() -> None:
    assert numbered("p1", given={}, taken=set()) == "p1"
    assert numbered("p1", given={}, taken={"p1"}) is None
    assert numbered("p1", given={"p1": "x1"}, taken={"p1"}) == "x1"
    assert numbered("p1", given={"p1": "x1"}, taken={"p1", "x1"}) is None


def propose(*brins: str, on: date = ON, viewer: Viewer | None = None, at: datetime = AT) -> str:
    made = actions.propose_transfer(
        giving=BOARD, taking=OTHER_BOARD, brins=brins, on=on, claims=JOKE, viewer=viewer or support(), at=at
    )
    return str(made)


def hand_over(*brins: str, on: date = ON, at: datetime = THEN) -> Transfer:
    transfer = Transfer.objects.get(pk=propose(*brins, on=on))
    actions.agree_to_transfer(transfer=transfer.id, claims=PIET, viewer=support(), at=at)
    transfer.refresh_from_db()
    return transfer


def no_rule_is_broken() -> bool:
    return not [rule for rule, rows in queries.broken_rules() if list(rows)]


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
class TestTransfers:
    def test_her_file_goes_along_with_what_she_confirmed_and_the_old_board_sees_her_no_more(self) -> None:
        her = cast.joined(csv_of({"begin": "2018-08-01"}))
        (seen,) = queries.own_registration(viewer=her).appointments
        actions.confirm_appointment(version=seen.latest.id, person=seen.latest.person, viewer=her, at=AT)
        number = queries.own_registration(viewer=her).number
        transfer = hand_over("01AB")
        assert (transfer.moved, transfer.staying, transfer.done_at) == (1, 0, THEN)
        mine = queries.own_registration(viewer=her)
        assert (mine.number, len(mine.appointments)) == (number, 1)
        with pytest.raises(Absent):
            queries.person_delivered(BOARD, viewer=staff(), at=THEN, staff_number="p1")
        assert queries.person_delivered(OTHER_BOARD, viewer=staff(OTHER_BOARD), at=THEN, staff_number="p1").appointments
        assert set(DeliveryLine.objects.values_list("values", "person")) == {("", "")}
        move = FileMove.objects.get()
        assert (move.giving.number, move.staff_number, move.on, move.recorded_at) == (BOARD, "p1", ON, THEN)
        event = AuditEvent.objects.get(name="register.FileMoved")
        assert [each.subject for each in EventSubject.objects.filter(event=event)] == [Employee.objects.get().id]
        assert no_rule_is_broken()

    def test_her_code_and_her_open_question_go_along_and_still_work(self) -> None:
        her = cast.joined(csv_of({}, {"personeelsnummer": "p2", "achternaam": "Anders"}))
        code = cast.code_for("p2")
        (seen,) = queries.own_registration(viewer=her).appointments
        actions.dispute_appointment(version=seen.latest.id, words="Klopt niet", viewer=her, at=AT)
        hand_over("01AB")
        assert Case.objects.get().board.number == OTHER_BOARD  # type: ignore[union-attr]
        assert ActivationCodeIssued.objects.filter(voided_at=None, redeemed_at=None).exists()
        other = ClaimedIdentity("Van den Anders", TEACHER.given_name, TEACHER.birth_date)
        assert actions.redeem(code=code, identity=other, viewer=cast.teacher(), at=THEN).joined
        assert no_rule_is_broken()

    def test_the_schools_are_the_other_boards_from_the_day_and_both_deliver_accordingly(self) -> None:
        deliver(csv_of({}))
        hand_over("01AB")
        later = THEN + timedelta(days=1)
        assert deliver(csv_of({"personeelsnummer": "p7"}), at=later).lines == [(2, "refused", "brin")]
        theirs = {"bestuursnummer": OTHER_BOARD, "einde": "2019-01-01"}
        assert deliver(csv_of(theirs), board=OTHER_BOARD, at=later).lines == [(2, "changed", "")]
        spells = InstitutionBoard.objects.filter(brin="01AB", superseded_at=None).order_by("begin")
        assert [(each.board.number, each.until) for each in spells] == [(BOARD, ON), (OTHER_BOARD, None)]

    def test_agreed_before_the_day_the_people_wait_for_it_and_the_daily_work_moves_them_once(self) -> None:
        deliver(csv_of({}))
        transfer = hand_over("01AB", at=AT)
        assert (transfer.done_at, Employee.objects.get().board.number) == (None, BOARD)
        assert actions.transfer_due(AT + timedelta(days=6)) == 0
        assert [actions.transfer_due(THEN), actions.transfer_due(THEN)] == [1, 0]
        assert Employee.objects.get().board.number == OTHER_BOARD

    def test_a_number_that_is_taken_is_asked_for_and_she_goes_along_when_she_has_one(self) -> None:
        deliver(csv_of({}, {"personeelsnummer": "p2"}))
        theirs = {"bestuursnummer": OTHER_BOARD, "brin": "03EF", "achternaam": "Zwart"}
        deliver(csv_of(theirs), board=OTHER_BOARD)
        transfer = hand_over("01AB")
        assert (transfer.done_at, transfer.moved) == (None, 1)
        (shown,) = queries.transfers(viewer=support(), at=THEN)
        assert shown.waiting == ("p1",)
        assert AuditEvent.objects.filter(name="register.TransferConsulted").count() == 1
        actions.number_transfer(transfer=transfer.id, numbers={"p1": "p2"}, viewer=support(), at=THEN)
        assert Transfer.objects.get().done_at is None  # that one is taken too
        actions.number_transfer(transfer=transfer.id, numbers={"p1": "x1"}, viewer=support(), at=THEN)
        transfer.refresh_from_db()
        assert (transfer.done_at, transfer.moved, transfer.numbers) == (THEN, 2, {})
        assert set(Employee.objects.values_list("board__number", "staff_number")) == {
            (OTHER_BOARD, "p1"),
            (OTHER_BOARD, "p2"),
            (OTHER_BOARD, "x1"),
        }
        with pytest.raises(WrongState):
            actions.number_transfer(transfer=transfer.id, numbers={"p1": "y"}, viewer=support(), at=THEN)

    def test_who_also_works_elsewhere_or_left_stays_and_a_merger_takes_all(self) -> None:
        two = [{"personeelsnummer": "p1"}, {"personeelsnummer": "p1"} | LAW]
        deliver(csv_of(*two, {"personeelsnummer": "p2", "einde": "2018-09-01"}, {"personeelsnummer": "p3"} | LAW))
        transfer = hand_over("01AB")
        assert (transfer.moved, transfer.staying) == (0, 1)
        rest = hand_over(on=ON)
        assert (rest.brins, rest.moved, rest.staying) == (["02CD"], 2, 0)
        left = Employee.objects.filter(board__number=BOARD).values_list("staff_number", flat=True)
        assert list(left) == ["p2"]

    def test_who_objects_stays_and_nothing_of_hers_is_shown_to_the_other_board(self) -> None:
        her = cast.joined()
        actions.object_to_delivery(file=Employee.objects.get().id, viewer=her, at=AT)
        hand_over("01AB")
        assert not Employee.objects.filter(board__number=OTHER_BOARD).exists()

    def test_one_person_is_not_two_also_with_another_account_and_a_board_decides_nothing(self) -> None:
        first = support()
        transfer = Transfer.objects.get(pk=propose("01AB", viewer=first))
        for viewer, claims in ((first, PIET), (support(), JOKE), (support(), ClaimedIdentity("", "", None))):
            with pytest.raises(SecondNeeded):
                actions.agree_to_transfer(transfer=transfer.id, claims=claims, viewer=viewer, at=AT)
        for stranger in (staff(role=Role.BOARD_MANAGER), staff(OTHER_BOARD, Role.BOARD_MANAGER), cast.teacher()):
            with pytest.raises(NotAllowed):
                actions.agree_to_transfer(transfer=transfer.id, claims=PIET, viewer=stranger, at=AT)
            with pytest.raises(NotAllowed):
                propose("02CD", viewer=stranger)
            with pytest.raises(NotAllowed):
                queries.transfers(viewer=stranger, at=AT)
        actions.agree_to_transfer(transfer=transfer.id, claims=PIET, viewer=support(), at=AT)
        with pytest.raises(WrongState):
            actions.agree_to_transfer(transfer=transfer.id, claims=PIET, viewer=support(), at=AT)
        with pytest.raises(WrongState):
            actions.withdraw_transfer(transfer=transfer.id, viewer=first, at=AT)
        assert Transfer.objects.get().proposed_by is None

    def test_what_does_not_fit_is_refused_and_a_withdrawn_proposal_leaves_the_schools_free(self) -> None:
        transfer = propose("01AB")
        with pytest.raises(Invalid):
            propose("01AB")
        for brins, on in ((["03EF"], ON), (["99ZZ"], ON), (["02CD"], date(2020, 1, 1))):
            with pytest.raises(Invalid):
                propose(*brins, on=on)
        with pytest.raises(BoardUnknown):
            actions.propose_transfer(
                giving=BOARD, taking="77777", brins=[], on=ON, claims=JOKE, viewer=support(), at=AT
            )
        row = Transfer.objects.get(pk=transfer)
        actions.withdraw_transfer(transfer=row.id, viewer=support(), at=AT)
        assert propose("01AB")

    def test_a_move_goes_with_the_file_that_is_erased(self) -> None:
        deliver(csv_of({}))
        hand_over("01AB")
        actions.destroy_due(AT + timedelta(days=366))
        assert (Employee.objects.count(), FileMove.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_on_the_page_one_proposes_another_agrees_and_what_is_wrong_is_said() -> None:
    cast.institutions()
    at = clock.now()
    deliver(csv_of({}), at=at)
    clients = {}
    for name, who in (("joke", JOKE), ("piet", PIET)):
        clients[name] = Client()
        account = cast.sign_in(clients[name], at=at, person_bound=False, who=who, subject=name)
        cast.give_role(account, Role.SUPPORT, "", at=at)
    address = "/ondersteuning/overdrachten/"
    asked = {"doe": "voorstellen", "van": BOARD, "naar": OTHER_BOARD, "brins": "01ab", "op": str(clock.dutch_date(at))}
    wrong = clients["joke"].post(address, asked | {"naar": "77777"})
    assert (wrong.status_code, "Importeer eerst" in wrong.content.decode()) == (400, True)
    for _ in range(2):
        clients["joke"].post(address, asked)
    transfer = {"overdracht": str(Transfer.objects.get().pk)}
    own = clients["joke"].get(address).content.decode()
    assert ("Instemmen" in own, "Voorstel intrekken" in own) == (False, True)
    refused = clients["joke"].post(address, transfer | {"doe": "akkoord"}, follow=True).content.decode()
    assert "Vraag een collega" in refused
    for _ in range(2):
        done = clients["piet"].post(address, transfer | {"doe": "akkoord"}, follow=True)
        assert done.status_code == 200
    assert Employee.objects.get().board.number == OTHER_BOARD
    assert "Klaar" in clients["joke"].get(address).content.decode()
