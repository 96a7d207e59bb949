"""As of, as known, for a board and for the support organisation: no more than each may see."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts.permissions import NotAllowed, Role, Viewer
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.kernel import clock
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.cases import Outcome
from lerarenregister.register.rules.views import Asked, Difference
from tests.attacks import cast as people
from tests.register import case_cast, cast
from tests.register import twice_cast as twice
from tests.register.cast import AT, BOARD, JUDGE, OTHER_BOARD, TEACHER, csv_of, deliver, staff, support
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
DAY, MONTH = timedelta(days=1), timedelta(days=30)
TODAY = dutch_date(AT)


def of_board(on: date, known_on: date, *, board: str = BOARD, at: object = AT + 2 * MONTH) -> queries.PeopleThen:
    return queries.people_then(board, asked=Asked(on, known_on), viewer=staff(board), at=at)  # type: ignore[arg-type]


def test_a_board_sees_what_it_had_delivered_and_what_it_delivered_differently_since() -> None:
    deliver(csv_of({}, {"personeelsnummer": "p2", "achternaam": "Anders", "geboortedatum": "1977-01-02"}))
    deliver(csv_of({"einde": "2018-08-31"}), at=AT + MONTH)
    found = of_board(TODAY, TODAY)
    assert [(each.staff_number, len(each.appointments)) for each in found.people] == [("p1", 1), ("p2", 1)]
    assert [each.kind for each in found.people[0].changes] == [Difference.GONE]
    assert found.people[1].changes == ()
    later = of_board(TODAY, TODAY + MONTH)
    assert [each.staff_number for each in later.people] == ["p2"], "by then her work was known to have ended"
    (only,) = of_board(TODAY, TODAY - DAY).people
    assert (only.staff_number, only.appointments) == ("p2", ()), "nothing was known yet: it is told as new"
    assert [each.kind for each in only.changes] == [Difference.ADDED]
    looked = AuditEvent.objects.filter(name="register.PeopleConsulted").order_by("id")
    assert [EventSubject.objects.filter(event=each).count() for each in looked] == [2, 1, 1]


def test_what_a_teacher_did_shows_in_no_view_of_her_board() -> None:
    viewer = twice.activated(at=AT)
    before = of_board(TODAY + DAY, TODAY + DAY)
    twice.confirm(viewer, AT)
    assert of_board(TODAY + DAY, TODAY + DAY) == before
    actions.dispute_appointment(
        version=queries.own_registration(viewer).appointments[0].latest.id, words="Fout", viewer=viewer, at=AT
    )
    actions.leave_register(viewer=viewer, at=AT + DAY)
    assert of_board(TODAY + DAY, TODAY + DAY) == before
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + DAY)
    old = AT + TERMS.unconfirmed + DAY
    assert of_board(TODAY + DAY, dutch_date(old), at=old).count == 0, "only a confirmation keeps what is that old"
    with pytest.raises(Invalid):
        of_board(TODAY, TODAY, at=old)


def test_another_board_and_who_objects_are_not_there() -> None:
    viewer = twice.activated(at=AT)
    deliver(csv_of(twice.ELSEWHERE), board=OTHER_BOARD)
    assert [each.staff_number for each in of_board(TODAY, TODAY + DAY, board=OTHER_BOARD).people] == ["p1"]
    with pytest.raises(NotAllowed):
        queries.people_then(BOARD, asked=Asked(TODAY, TODAY), viewer=staff(OTHER_BOARD), at=AT)
    with pytest.raises(NotAllowed):
        queries.people_then(BOARD, asked=Asked(TODAY, TODAY), viewer=viewer, at=AT)
    twice.confirm(viewer, AT)
    file = queries.objections_of(viewer).possible[0].id
    actions.object_to_delivery(file=file, viewer=viewer, at=AT + DAY)
    assert of_board(TODAY, TODAY + DAY).count == 0


def test_a_page_takes_four_statements_and_one_to_note_the_look() -> None:
    deliver(csv_of(*[{"personeelsnummer": f"n{number:03}", "achternaam": f"Naam{number}"} for number in range(120)]))
    with CaptureQueriesContext(connection) as counted:
        found = of_board(TODAY, TODAY)
    asked = [each["sql"] for each in counted.captured_queries if each["sql"].startswith("SELECT")]
    assert (found.count, found.total, len(found.people)) == (120, 3, 50)
    assert len([sql for sql in asked if "register_" in sql]) == 4


def registered_by_proof(viewer: Viewer) -> None:
    case = actions.ask_registration(board="", words="Diploma", identity=TEACHER, viewer=viewer, at=AT)
    case_cast.decide(case, Outcome.GRANTED, values=case_cast.PROOF)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)


def test_a_qualification_is_known_from_the_day_on_which_she_confirmed_it() -> None:
    viewer = cast.teacher()
    registered_by_proof(viewer)
    before, after = (queries.own_view(viewer, Asked(TODAY, day)) for day in (TODAY - DAY, TODAY))
    assert before.qualifications == ()
    (held,) = after.qualifications
    assert (held.ground, held.begin) == ("B02", case_cast.PROOF["begin"])
    assert queries.own_view(viewer, Asked(date(2001, 1, 1), TODAY)).qualifications == ()
    from lerarenregister.register.rules.views import changes

    assert [each.kind for each in changes(before, after)] == [Difference.REGISTERED, Difference.QUALIFIED]


def test_support_sees_whom_a_case_is_about_with_the_decisions_and_nobody_else() -> None:
    viewer = twice.registered(at=AT)
    case = actions.ask_name(
        wanted={"family_name": "Vermeer", "birth_date": date(1980, 3, 4)},
        words="Akte",
        identity=TEACHER,
        viewer=viewer,
        at=AT + DAY,
    )
    asked = Asked(TODAY, TODAY - DAY)
    (seen,) = queries.desk_views(case, asked=asked, claims=JUDGE, viewer=support(), at=AT + MONTH)
    assert (seen.view.number, [each.kind for each in seen.acts]) == ("", [ActKind.REGISTERED])
    assert [each.kind for each in seen.changes] == [Difference.REGISTERED, Difference.ADDED]
    looked = AuditEvent.objects.filter(name="register.CasesConsulted").latest("id")
    assert viewer.account in set(EventSubject.objects.filter(event=looked).values_list("subject", flat=True))
    for wrong in (TEACHER, cast.replace_name("Anders")):
        with pytest.raises(Absent):
            queries.desk_views(case, asked=asked, claims=wrong, viewer=support(), at=AT)
    with pytest.raises(NotAllowed):
        queries.desk_views(case, asked=asked, claims=JUDGE, viewer=staff(), at=AT)
    actions.take_back(case=case, viewer=viewer, at=AT + DAY)
    with pytest.raises(Absent):
        queries.desk_views(case, asked=asked, claims=JUDGE, viewer=support(), at=AT)


def test_a_correction_of_a_correction_that_reaches_back_before_the_registration() -> None:
    """Her board says that she left before she was registered, and then that this was wrong: each view keeps what was
    known, and no day of her registration moves."""
    viewer = twice.registered(at=AT)
    held = queries.own_view(viewer, Asked(TODAY, TODAY))
    deliver(csv_of({"einde": "2018-08-15"}), at=AT + MONTH)
    twice.confirm(viewer, AT + MONTH)
    deliver(csv_of({"einde": "geen"}), at=AT + 2 * MONTH)
    twice.confirm(viewer, AT + 2 * MONTH)
    once, again = (queries.own_view(viewer, Asked(TODAY, TODAY + days)) for days in (MONTH, 2 * MONTH))
    assert queries.own_view(viewer, Asked(TODAY, TODAY)) == held
    assert (once.appointments, once.number, once.since) == ((), held.number, held.since)
    assert again.appointments == held.appointments
    board = [[len(each.appointments) for each in of_board(TODAY, TODAY + days).people] for days in (MONTH, 2 * MONTH)]
    assert board == [[0], [1]]
    assert list(queries.broken_rules()) == []


def test_the_pages_show_it_and_say_how_far_back_a_board_can_ask() -> None:
    at, today = clock.now(), dutch_date(clock.now())
    deliver(csv_of({}), at=at)
    manager = people.with_role("manager", Role.BOARD_MANAGER, BOARD).client
    address, days = f"/bestuur/{BOARD}/toen/", {"on": str(today), "known_on": str(today)}
    page = manager.get(address, days).content.decode()
    assert "B. van den Berg (p1)" in page
    assert "De Eik" in page
    assert "pagina=2" not in page
    for wrong in (str(today + DAY), str(today - TERMS.unconfirmed - DAY), "gisteren"):
        assert manager.get(address, days | {"known_on": wrong}).status_code == 400
    assert Client().get(address).status_code == 404 or Client().get(address).status_code in (302, 401, 403)


def test_support_s_page_of_a_case_then() -> None:
    viewer = twice.registered(at=clock.now())
    wanted = {"family_name": "Vermeer", "birth_date": date(1980, 3, 4)}
    case = actions.ask_name(wanted=wanted, words="Akte", identity=TEACHER, viewer=viewer, at=clock.now())
    officer = people.with_role("officer", Role.SUPPORT).client
    page = officer.get(f"/ondersteuning/zaken/{case}/toen/").content.decode()
    assert "reglement 1, artikel 3.3" in page
    assert "Klopt" not in page
    assert officer.get(f"/ondersteuning/zaken/{case}/toen/", {"on": "x", "known_on": ""}).status_code == 400
