"""Mandates: a board lets an office act in its name, for what it chose, until it ends; and each act says so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from lerarenregister.accounts import actions, queries
from lerarenregister.accounts.errors import NotAllowed, SecondFactorNeeded
from lerarenregister.accounts.permissions import (
    COMMAND,
    COVERED,
    Covers,
    MandateHeld,
    Permission,
    Role,
    RoleHeld,
    SessionKind,
    Viewer,
)
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions as register_actions
from lerarenregister.register import queries as register_queries
from lerarenregister.register.models import Delivery, Employee
from tests.register import cast
from tests.register.cast import BOARD, OTHER_BOARD, csv_of, deliver
from tests.rulebook import TERMS

AT = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def manager(board: str = BOARD) -> Viewer:
    return cast.staff(board, Role.BOARD_MANAGER)


def acting(office: str, *, at: datetime = AT, second_factor: bool = True) -> Viewer:
    """Somebody of the office, as a request finds her."""
    roles = frozenset({RoleHeld(Role.OFFICE, office)})
    held = queries.mandates_in_force(roles, at=at)
    return Viewer(new_id(), SessionKind.EMPLOYER, roles, second_factor=second_factor, mandates=held)


def give(
    office: str, covers: Covers = Covers.DELIVER, *, board: str = BOARD, begins: datetime = AT, days: int = 30
) -> str:
    mandate = actions.give_mandate(
        board=board,
        office=office,
        covers=covers,
        begins_at=begins,
        ends_at=begins + days * DAY,
        most=TERMS.mandate_most,
        viewer=manager(board),
        at=AT,
    )
    return str(mandate)


def test_what_each_mandate_covers_is_of_deliveries_and_never_more_than_staff_of_the_board_may() -> None:
    assert COVERED[Covers.READ] < COVERED[Covers.DELIVER] < COVERED[Covers.ALL]
    viewer = Viewer(new_id(), SessionKind.EMPLOYER, mandates=frozenset({MandateHeld("K0001", BOARD, Covers.ALL)}))
    own = {Permission.REGISTER_QUESTION_ANSWER, Permission.REGISTER_DEATH_REPORT, Permission.REGISTER_CONTACT_KEEP}
    own |= {each for each in Permission if each.startswith("accounts:")}
    assert not [each for each in own if viewer.may(each, scope=BOARD)]
    assert not [each for each in Permission if viewer.may(each, scope=OTHER_BOARD) or viewer.may(each)]


@pytest.mark.django_db
class TestMandates:
    @pytest.fixture(autouse=True)
    def offices(self, db: None) -> None:
        cast.institutions()
        self.office = actions.open_office(name="Kantoor Zuid", viewer=COMMAND, at=AT)
        self.other = actions.open_office(name="Kantoor Noord", viewer=COMMAND, at=AT)

    def test_the_office_delivers_in_the_name_of_the_board_and_the_log_and_the_delivery_say_so(self) -> None:
        give(self.office)
        viewer = acting(self.office)
        received = register_actions.receive(board=BOARD, chunks=[csv_of({})], viewer=viewer, at=AT).delivery
        register_actions.deliver(delivery=received, viewer=viewer, at=AT)
        register_actions.continue_delivery(delivery=received, at=AT)
        assert Employee.objects.count() == 1
        line = AuditEvent.objects.get(name="register.LineDelivered")
        assert (line.actor_role, line.organisation) == (f"office:{self.office}", BOARD)
        assert register_queries.delivery_shown(received, viewer=manager()).by_role == f"office:{self.office}"
        with pytest.raises(SecondFactorNeeded):
            acting(self.office, second_factor=False).must(Permission.REGISTER_DELIVERY_CREATE, scope=BOARD)

    def test_a_mandate_to_read_delivers_nothing_and_sees_nobody(self) -> None:
        report = deliver(csv_of({}))
        give(self.office, Covers.READ)
        viewer = acting(self.office)
        assert register_queries.lines_of(report.id, viewer=viewer, at=AT).lines
        for ask in (
            lambda: register_actions.begin_reception(board=BOARD, viewer=viewer, at=AT),
            lambda: register_queries.people_without_account(BOARD, viewer=viewer, at=AT),
            lambda: register_queries.person_delivered(BOARD, viewer=viewer, at=AT, staff_number="p1"),
            lambda: register_actions.print_letters(board=BOARD, viewer=viewer, at=AT),
            lambda: register_actions.keep_contact(board=BOARD, address="", viewer=viewer, at=AT),
        ):
            with pytest.raises(NotAllowed):
                ask()

    def test_ended_it_is_over_at_once_and_one_that_has_its_time_behind_it_or_before_it_gives_nothing(self) -> None:
        mandate = queries.mandates_of_board(manager(), board=BOARD, at=AT)
        assert mandate == []
        give(self.office, days=2)
        assert acting(self.office, at=AT + 2 * DAY).mandates == frozenset()
        shown = queries.mandates_of_board(manager(), board=BOARD, at=AT)[0]
        actions.end_mandate(mandate=shown.id, board=BOARD, viewer=manager(), at=AT + DAY)
        assert acting(self.office, at=AT + DAY).mandates == frozenset()
        give(self.other, begins=AT + DAY)
        assert acting(self.other).mandates == frozenset()
        with pytest.raises(NotAllowed):
            acting(self.other).must(Permission.REGISTER_DELIVERY_READ, scope=BOARD)

    def test_the_office_sees_only_the_boards_that_mandated_it(self) -> None:
        give(self.office)
        give(self.other, board=OTHER_BOARD)
        viewer = acting(self.office)
        assert viewer.scopes(Permission.REGISTER_DELIVERY_READ) == [BOARD]
        assert [each.board for each in queries.mandates_of_offices(viewer, at=AT)] == [BOARD]
        with pytest.raises(NotAllowed):
            register_queries.deliveries_of(OTHER_BOARD, viewer=viewer)
        with pytest.raises(NotAllowed):
            queries.mandates_of_offices(cast.staff(), at=AT)

    def test_only_a_manager_of_the_board_gives_and_ends_and_only_its_own(self) -> None:
        give(self.office)
        shown = queries.mandates_of_board(manager(), board=BOARD, at=AT)[0]
        for viewer in (cast.staff(), manager(OTHER_BOARD), acting(self.office), cast.support(), cast.teacher()):
            with pytest.raises(NotAllowed):
                actions.end_mandate(mandate=shown.id, board=BOARD, viewer=viewer, at=AT)
            with pytest.raises(NotAllowed):
                queries.mandates_of_board(viewer, board=BOARD, at=AT)
        with pytest.raises(Absent):
            actions.end_mandate(mandate=shown.id, board=OTHER_BOARD, viewer=manager(OTHER_BOARD), at=AT)
        with pytest.raises(NotAllowed):
            actions.open_office(name="x", viewer=manager(), at=AT)

    def test_what_does_not_fit_is_refused(self) -> None:
        give(self.office)
        for wrong in ({"begins": AT + DAY}, {"days": 0}, {"days": 4_000}, {"begins": AT - DAY}):
            with pytest.raises(Invalid):
                give(self.office if "begins" in wrong else self.other, **wrong)  # type: ignore[arg-type]
        with pytest.raises(Absent):
            give("K9999")
        with pytest.raises(Invalid):
            actions.open_office(name="  ", viewer=COMMAND, at=AT)
        account = actions.open_account(provider="p", issuer="i", subject="s", person_bound=False, at=AT)
        for scope in ("", BOARD, "K9999"):
            with pytest.raises(Invalid):
                cast.give_role(account, Role.OFFICE, scope, at=AT)

    def test_a_mandate_that_ended_goes_after_the_term_of_accountability(self) -> None:
        give(self.office, days=1)
        before = AT + 2 * DAY
        assert actions.forget_ended(before=AT, unused_before=AT, at=before).mandates == 0
        assert actions.forget_ended(before=before, unused_before=before, at=before).mandates == 1
        assert queries.mandates_of_board(manager(), board=BOARD, at=AT) == []


@pytest.mark.django_db(transaction=True)
def test_on_the_pages_a_manager_gives_a_mandate_the_office_delivers_and_loses_it_with_the_next_request() -> None:
    cast.institutions()
    at = clock.now()
    code = actions.open_office(name="Kantoor Zuid", viewer=COMMAND, at=at)
    clients = {name: Client() for name in ("manager", "office")}
    for name, role, scope in (("manager", Role.BOARD_MANAGER, BOARD), ("office", Role.OFFICE, code)):
        cast.give_role(cast.sign_in(clients[name], at=at, person_bound=False, subject=name), role, scope, at=at)
    pages, until = f"/bestuur/{BOARD}/machtigingen/", str(clock.dutch_date(at) + 30 * DAY)
    assert "Geen bestuur heeft jullie gemachtigd" in clients["office"].get("/kantoor/").content.decode()
    wrong = clients["manager"].post(pages, {"kantoor": "K0404", "mag": "deliver", "tot": until})
    assert (wrong.status_code, "Deze code kennen we niet" in wrong.content.decode()) == (400, True)
    given = clients["manager"].post(pages, {"kantoor": code.lower(), "mag": "deliver", "tot": until}, follow=True)
    assert "Kantoor Zuid" in given.content.decode()
    assert f"/bestuur/{BOARD}/" in clients["office"].get("/kantoor/").content.decode()
    board = clients["office"].get(f"/bestuur/{BOARD}/").content.decode()
    assert ("Bestand aanleveren" in board, "Mensen zonder account" in board, "Vragen" in board) == (True, False, False)
    received = register_actions.receive(board=BOARD, chunks=[csv_of({})], viewer=_viewer(clients["office"]), at=at)
    page = clients["manager"].get(f"/bestuur/{BOARD}/aanleveringen/{received.delivery}/").content.decode()
    assert "Kantoor Zuid (K0001)" in page
    shown = queries.mandates_of_board(_viewer(clients["manager"]), board=BOARD, at=clock.now())[0]
    for _ in range(2):
        clients["manager"].post(pages, {"doe": "beeindigen", "machtiging": str(shown.id)})
    assert clients["office"].get(f"/bestuur/{BOARD}/").status_code == 404
    assert clients["office"].post(f"/bestuur/{BOARD}/aanleveringen/{received.delivery}/leveren/").status_code == 404
    assert Delivery.objects.get().state == "staged"
    assert AuditEvent.objects.filter(name="accounts.MandateEnded").count() == 1


def _viewer(client: Client) -> Viewer:
    from tests.attacks.cast import Browser, viewer_in

    return viewer_in(Browser(client))
