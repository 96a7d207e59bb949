"""By when a board delivers: days from the rulebook, said in time, seen by support, and nothing more."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.accounts.permissions import Role
from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.outbox import sending
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.outbox.models import Message
from lerarenregister.register import actions, queries
from lerarenregister.register.models import BoardContact, BoardStatement
from lerarenregister.register.rules.calendar import Done, Standing, calendar_of, reminders
from tests.register import cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, deliver, staff, support

MONTH, YEAR = timedelta(days=31), timedelta(days=365)
MANAGER = Role.BOARD_MANAGER


def calendar(done: Done, on: str) -> tuple[str, str]:
    found = calendar_of(done, delivery=MONTH, full_check=YEAR, on=date.fromisoformat(on))
    return found.changes.standing, found.full_check.standing


def test_a_day_is_in_time_then_soon_then_overdue() -> None:
    done = Done(date(2018, 9, 3), date(2018, 9, 3))
    assert calendar(done, "2018-09-26") == ("in-time", "in-time")
    assert calendar(done, "2018-09-27") == ("soon", "in-time")
    assert calendar(done, "2018-10-04") == ("soon", "in-time")
    assert calendar(done, "2018-10-05") == ("overdue", "in-time")
    assert calendar(done, "2019-09-04") == ("overdue", "overdue")
    late = calendar_of(done, delivery=MONTH, full_check=YEAR, on=date(2018, 10, 9))
    assert (late.changes.day, late.changes.days_late, late.overdue) == (date(2018, 10, 4), 5, True)


def test_who_never_delivered_has_no_day_and_who_went_through_all_is_in_time_for_both() -> None:
    assert calendar(Done(), "2030-01-01") == ("not-begun", "not-begun")
    done = Done(date(2018, 9, 3), date(2018, 9, 3), date(2019, 9, 1))
    assert calendar(done, "2019-09-10") == ("in-time", "in-time")


def test_each_day_is_said_once_before_it_and_once_after_it() -> None:
    done = Done(date(2020, 2, 1), date(2020, 2, 1))
    marks = []
    for day in range(50):
        on = date(2020, 2, 1) + timedelta(days=day)
        marks += reminders(calendar_of(done, delivery=MONTH, full_check=YEAR, on=on))
    assert sorted(set(marks)) == ["changes 2020-03-03 overdue", "changes 2020-03-03 soon"]


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
class TestBoards:
    def test_a_delivery_and_saying_that_nothing_changed_move_the_day(self) -> None:
        assert queries.calendar_of_board(BOARD, viewer=staff(), at=AT).calendar.changes.standing is Standing.NOT_BEGUN
        deliver(csv_of({}))
        assert queries.calendar_of_board(BOARD, viewer=staff(), at=AT).calendar.changes.day == date(2018, 10, 4)
        later = AT + timedelta(days=40)
        assert queries.calendar_of_board(BOARD, viewer=staff(), at=later).calendar.overdue
        for _ in range(2):
            actions.state_of_board(board=BOARD, kind="nothing-changed", viewer=staff(), at=later)
        shown = queries.calendar_of_board(BOARD, viewer=staff(), at=later).calendar
        assert (shown.overdue, shown.changes.day) == (False, date(2018, 11, 13))
        assert AuditEvent.objects.filter(name="register.BoardStated").count() == 1
        actions.state_of_board(board=BOARD, kind="full-check", viewer=staff(), at=later)
        assert queries.calendar_of_board(BOARD, viewer=staff(), at=later).calendar.full_check.day == date(2019, 10, 13)

    def test_a_checked_file_moves_nothing(self) -> None:
        deliver(csv_of({}))
        deliver(csv_of({"vak": "x"}), at=AT + timedelta(days=20), dry_run=True)
        assert queries.calendar_of_board(BOARD, viewer=staff(), at=AT).calendar.changes.day == date(2018, 10, 4)

    def test_another_board_support_and_a_stranger_say_nothing_for_a_board(self) -> None:
        deliver(csv_of({}))
        for viewer in (staff(OTHER_BOARD, MANAGER), support(), cast.teacher()):
            with pytest.raises(NotAllowed):
                actions.state_of_board(board=BOARD, kind="full-check", viewer=viewer, at=AT)
            with pytest.raises(NotAllowed):
                actions.keep_contact(board=BOARD, address="a@example.org", viewer=viewer, at=AT)
            with pytest.raises(NotAllowed):
                queries.calendar_of_board(BOARD, viewer=viewer, at=AT)
        with pytest.raises(NotAllowed):
            queries.late_boards(viewer=staff(role=MANAGER), at=AT)
        with pytest.raises(Absent):
            actions.state_of_board(board=OTHER_BOARD, kind="full-check", viewer=staff(OTHER_BOARD), at=AT)
        with pytest.raises(Invalid):
            actions.state_of_board(board=BOARD, kind="anything", viewer=staff(), at=AT)
        assert not BoardStatement.objects.exists()

    def test_support_sees_who_is_late_the_latest_first_and_nobody_else(self) -> None:
        deliver(csv_of({}))
        theirs = {"bestuursnummer": OTHER_BOARD, "brin": "03EF"}
        deliver(csv_of(theirs), board=OTHER_BOARD, at=AT + timedelta(days=5))
        assert queries.late_boards(viewer=support(), at=AT + timedelta(days=31)).count == 0
        page = queries.late_boards(viewer=support(), at=AT + timedelta(days=40))
        assert [(each.number, each.calendar.changes.days_late) for each in page.boards] == [
            (BOARD, 9),
            (OTHER_BOARD, 4),
        ]

    def test_reminders_go_to_the_address_once_each_and_say_nothing_of_people(self) -> None:
        deliver(csv_of({}))
        actions.keep_contact(board=BOARD, address="hr@school.example.org", viewer=staff(role=MANAGER), at=AT)
        sent = []
        for day in range(45):
            at = AT + timedelta(days=day)
            assert actions.remind_boards(at) + actions.remind_boards(at) <= 1
            sending.send_due(at)
            sent += [day] * (len(mail.outbox) - len(sent))
        assert sent == [24, 32]
        assert {each.to[0] for each in mail.outbox} == {"hr@school.example.org"}
        assert "Berg" not in mail.outbox[0].body
        deliver(csv_of({"vak": "x"}), at=AT + timedelta(days=45))
        assert actions.remind_boards(AT + timedelta(days=45)) == 0
        assert actions.remind_boards(AT + timedelta(days=70)) == 1

    def test_an_address_that_is_taken_away_is_gone_with_what_waited_for_it(self) -> None:
        deliver(csv_of({}))
        actions.keep_contact(board=BOARD, address="hr@school.example.org", viewer=staff(role=MANAGER), at=AT)
        actions.remind_boards(AT + timedelta(days=40))
        with pytest.raises(NotAllowed):
            actions.keep_contact(board=BOARD, address="", viewer=staff(), at=AT)
        with pytest.raises(Invalid):
            actions.keep_contact(board=BOARD, address="geen adres", viewer=staff(role=MANAGER), at=AT)
        actions.keep_contact(board=BOARD, address="", viewer=staff(role=MANAGER), at=AT)
        assert (BoardContact.objects.count(), Message.objects.count()) == (0, 0)
        assert "school.example.org" not in str(list(AuditEvent.objects.values_list("facts", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_the_days_and_a_manager_alone_gives_the_address() -> None:
    cast.institutions()
    at = clock.now()
    deliver(csv_of({}), at=at - timedelta(days=40))
    clients = {}
    for role in (Role.BOARD_STAFF, MANAGER):
        clients[role] = Client()
        account = cast.sign_in(clients[role], at=at, person_bound=False, subject=role)
        cast.give_role(account, role, BOARD, at=at)
    address = f"/bestuur/{BOARD}/kalender/"
    page = clients[Role.BOARD_STAFF].get(address).content.decode()
    assert ("9 dagen te laat" in page, "E-mailadres voor herinneringen" in page) == (True, False)
    assert clients[Role.BOARD_STAFF].post(address, {"doe": "adres", "adres": "a@example.org"}).status_code == 404
    wrong = clients[MANAGER].post(address, {"doe": "adres", "adres": "geen adres"})
    assert (wrong.status_code, "Dit is geen e-mailadres" in wrong.content.decode()) == (400, True)
    saved = clients[MANAGER].post(address, {"doe": "adres", "adres": "a@example.org"}, follow=True).content.decode()
    assert ("opgeslagen" in saved, 'value="a@example.org"' in saved) == (True, True)
    said = clients[Role.BOARD_STAFF].post(address, {"doe": "niets"}, follow=True).content.decode()
    assert ("Genoteerd" in said, "te laat" in said) == (True, False)
