"""Delivering: good lines go through, twice changes nothing, a dry run writes nothing, boards stay apart."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.jobs.register import due
from lerarenregister.kernel.errors import Absent
from lerarenregister.outbox.models import Message
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import DeliveryBusy, FileRefused, WrongState
from lerarenregister.register.models import (
    Appointment,
    AppointmentVersion,
    Delivery,
    DeliveryLine,
    Employee,
    PersonVersion,
    WorkMail,
)
from lerarenregister.register.rules.institution_files import Row
from tests.register import cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, deliver, staff, teacher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
FILE = csv_of({}, {"personeelsnummer": "p2", "brin": "99ZZ"}, {"personeelsnummer": "=1+1", "begin": "2018-02-31"})


def state() -> list[tuple[object, ...]]:
    """Everything that stands, without ids and times."""
    persons = PersonVersion.objects.filter(superseded_at=None).values_list(
        "employee__board__number", "employee__staff_number", "family_name", "birth_date"
    )
    versions = AppointmentVersion.objects.filter(superseded_at=None).values_list(
        "appointment__employee__staff_number", "appointment__location_code", "begin", "until", "withdrawn"
    )
    return sorted([*persons, *versions], key=repr)


def test_good_lines_are_delivered_though_others_are_refused() -> None:
    report = deliver(FILE)
    assert report.state == "delivered"
    assert report.counts == {"accepted": 1, "changed": 0, "unchanged": 0, "refused": 2}
    assert [(number, column) for number, _, column in report.lines] == [(2, ""), (3, "brin"), (4, "begin")]
    assert Employee.objects.count() == Appointment.objects.count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    report = deliver(FILE, dry_run=True)
    assert (report.state, report.counts["accepted"], Employee.objects.count()) == ("checked", 1, 0)
    assert not AuditEvent.objects.filter(name="register.LineDelivered").exists()
    actions.deliver(delivery=report.id, viewer=staff(), at=AT)
    assert actions.continue_delivery(delivery=report.id, at=AT) == "delivered"
    shown = queries.delivery_shown(report.id, viewer=staff())
    assert shown.counts == report.counts


def test_the_same_bytes_answer_the_earlier_report_and_change_nothing() -> None:
    def counted() -> tuple[object, ...]:
        acts = AuditEvent.objects.filter(reason="").count()
        return state(), acts, Delivery.objects.count(), DeliveryLine.objects.count()

    data = csv_of({}, {"personeelsnummer": "p2"})
    first = deliver(data)
    before = counted()
    assert (deliver(data, at=AT + timedelta(days=1)).id, counted()) == (first.id, before)


def test_a_file_that_was_refused_in_part_is_looked_at_again_when_the_cause_is_gone() -> None:
    data = csv_of({"personeelsnummer": "p1"}, {"personeelsnummer": "p2", "brin": "09ZZ"})
    first = deliver(data)
    assert (first.counts["accepted"], first.counts["refused"]) == (1, 1)
    cast.institutions([*cast.ROWS, Row(BOARD, "Stichting Voorbeeld", "09ZZ", "09ZZ00", "De Es", "Utrecht", "po")])
    again = deliver(data, at=AT + timedelta(days=1))
    assert again.id != first.id
    assert (again.counts["unchanged"], again.counts["accepted"], again.counts["refused"]) == (1, 1, 0)


def test_an_older_file_sent_again_after_a_newer_one_is_delivered_again() -> None:
    older, newer = csv_of({"einde": "2018-10-01"}), csv_of({"einde": "2018-11-01"})
    first = deliver(older)
    deliver(newer, at=AT + timedelta(days=1))
    again = deliver(older, at=AT + timedelta(days=2))
    assert (again.id != first.id, again.counts["changed"]) == (True, 1)
    assert AppointmentVersion.objects.get(superseded_at=None).until == date(2018, 10, 2)


def test_looking_at_a_report_is_recorded_with_everybody_in_it() -> None:
    report = deliver(csv_of({}, {"personeelsnummer": "p2"}, {"personeelsnummer": "p3", "brin": "09ZZ"}))
    people = set(Employee.objects.values_list("id", flat=True))
    AuditEvent.objects.filter(name="register.ReportConsulted").update(name="before")
    list(queries.report_rows(report.id, viewer=staff(), at=AT))
    queries.lines_of(report.id, viewer=staff(), at=AT, outcome="refused")
    event = AuditEvent.objects.get(name="register.ReportConsulted")
    assert event.reason == "board-checks-own-delivery"
    assert set(EventSubject.objects.filter(event=event).values_list("subject", flat=True)) == people
    assert len(people) == 2


def test_the_same_lines_in_other_bytes_change_nothing_either() -> None:
    deliver(csv_of({}, {"volgnummer": "01"}))
    before, events = state(), AuditEvent.objects.filter(name="register.LineDelivered").count()
    again = deliver(csv_of({"volgnummer": "01"}, {}, delimiter=","))
    assert (again.counts["unchanged"], state()) == (2, before)
    assert AuditEvent.objects.filter(name="register.LineDelivered").count() == events == 2


def test_each_changed_line_has_one_event_about_the_employee() -> None:
    deliver(csv_of({}, {"volgnummer": "01"}, {"personeelsnummer": "p2"}))
    deliver(csv_of({"einde": "2018-12-31"}, {"volgnummer": "01"}))
    events = AuditEvent.objects.filter(name="register.LineDelivered")
    assert events.count() == 4
    employee = Employee.objects.get(staff_number="p1")
    assert EventSubject.objects.filter(event__in=events, subject=employee.id).count() == 3
    assert "Berg" not in repr(list(events.values_list("facts", flat=True)))


def test_a_change_is_a_new_version_with_its_source_and_history_stays() -> None:
    deliver(csv_of({}))
    deliver(csv_of({"einde": "2018-12-31", "achternaam": "Dal"}), at=AT + timedelta(days=1))
    ends = AppointmentVersion.objects.order_by("recorded_at").values_list("until", flat=True)
    assert list(ends) == [None, date(2019, 1, 1)]
    names = PersonVersion.objects.order_by("recorded_at").values_list("family_name", "superseded_at")
    assert [(name, end is None) for name, end in names] == [("Berg", False), ("Dal", True)]


def test_a_clock_that_runs_behind_does_no_harm() -> None:
    deliver(csv_of({}))
    assert deliver(csv_of({"einde": "2018-12-31"}), at=AT - timedelta(hours=1)).counts["changed"] == 1


def test_one_person_at_two_boards_is_normal_and_two_boards_do_not_touch_each_other() -> None:
    deliver(csv_of({}))
    mine = state()
    theirs = deliver(csv_of({"bestuursnummer": OTHER_BOARD, "brin": "03EF"}), board=OTHER_BOARD)
    assert theirs.counts["accepted"] == 1
    claim = deliver(csv_of({"bestuursnummer": OTHER_BOARD, "vervallen": "ja"}), board=OTHER_BOARD)
    assert claim.lines == [(2, "refused", "vervallen")]
    assert deliver(csv_of({"bestuursnummer": OTHER_BOARD}), board=OTHER_BOARD).lines == [(2, "refused", "brin")]
    assert [row for row in state() if row in mine] == mine


@pytest.mark.parametrize("viewer", [teacher(), staff(OTHER_BOARD), cast.support()])
def test_a_stranger_and_another_board_can_not_deliver_or_read(viewer: cast.Viewer) -> None:
    report = deliver(FILE)
    with pytest.raises(NotAllowed):
        actions.receive(board=BOARD, chunks=[FILE], viewer=viewer, at=AT)
    with pytest.raises(Absent):
        queries.delivery_shown(report.id, viewer=viewer)
    with pytest.raises(Absent):
        queries.report_rows(report.id, viewer=viewer, at=AT)
    with pytest.raises(NotAllowed):
        queries.deliveries_of(BOARD, viewer=viewer)
    with pytest.raises(NotAllowed):
        queries.people_without_account(BOARD, viewer=viewer, at=AT)


def test_one_delivery_of_a_board_at_a_time_and_a_double_click_is_safe() -> None:
    first = actions.receive(board=BOARD, chunks=[csv_of({})], viewer=staff(), at=AT).delivery
    second = actions.receive(board=BOARD, chunks=[csv_of({"volgnummer": "01"})], viewer=staff(), at=AT).delivery
    for _ in range(2):
        actions.deliver(delivery=first, viewer=staff(), at=AT)
    with pytest.raises(DeliveryBusy):
        actions.deliver(delivery=second, viewer=staff(), at=AT)
    for _ in range(2):
        assert actions.continue_delivery(delivery=first, at=AT) == "delivered"
    assert AuditEvent.objects.filter(name="register.DeliveryFinished").count() == 1
    actions.deliver(delivery=second, viewer=staff(), at=AT)
    with pytest.raises(WrongState):
        actions.check(delivery=first, viewer=staff(), at=AT)


def test_a_refused_file_leaves_nothing_staged_and_says_why() -> None:
    with pytest.raises(FileRefused):
        actions.receive(board=BOARD, chunks=[csv_of({}), b'"'], viewer=staff(), at=AT)
    (shown,) = queries.deliveries_of(BOARD, viewer=staff())
    assert (shown.state, shown.refusal, DeliveryLine.objects.count()) == ("refused", "quote-open", 0)


def test_numbers_found_after_the_first_thousand_lines_remove_what_was_staged() -> None:
    from tests.register.test_reader import valid_bsns

    ordinary = [{"personeelsnummer": f"p{number}"} for number in range(5_000)]
    data = csv_of(*ordinary, *({"vak": number} for number in valid_bsns(25)))
    chunks = [data[start : start + 10_000] for start in range(0, len(data), 10_000)]
    with pytest.raises(FileRefused, match="bsn-values"):
        actions.receive(board=BOARD, chunks=chunks, viewer=staff(), at=AT)
    assert DeliveryLine.objects.count() == 0


def test_formulas_are_neutralised_in_the_report() -> None:
    report = deliver(FILE)
    rows = list(queries.report_rows(report.id, viewer=staff(), at=AT))
    assert [row[1] for row in rows[1:]] == ["p1", "p2", "'=1+1"]


def test_the_work_address_is_kept_apart_mailed_once_and_erased() -> None:
    line = {"werkmail": "B.Berg@example.org"}
    deliver(csv_of(line))
    deliver(csv_of(line, {"volgnummer": "01"}))
    employee = Employee.objects.get().id
    assert Message.objects.filter(reference=employee).count() == 1
    mailed = actions.code_for_mail(employee)
    assert mailed is not None
    assert mailed.address == "b.berg@example.org"
    actions.forget_work_mail(employee=employee, at=AT)
    assert actions.code_for_mail(employee) is None
    deliver(csv_of(line, {"volgnummer": "01"}, {"volgnummer": "01", "benoemingsgrondslag": "B06"}))
    assert (Message.objects.count(), WorkMail.objects.get().address) == (1, "")


def test_what_has_had_its_term_is_erased() -> None:
    report = deliver(csv_of({"werkmail": "b@example.org"}))
    cast.code_for()
    later = AT + timedelta(days=91)
    done = actions.destroy_due(later)
    assert (done.codes, done.deliveries, done.work_mails) == (1, 1, 1)
    names = ("CodesExpired", "StagingErased", "WorkAddressesErased")
    for name in names:
        assert AuditEvent.objects.filter(name=f"register.{name}", actor_role="job").count() == 1
    before = AuditEvent.objects.count()
    assert set(DeliveryLine.objects.values_list("values", "person")) == {("", "")}
    assert not any(asdict(actions.destroy_due(later)).values())
    assert AuditEvent.objects.count() == before
    assert queries.lines_of(report.id, viewer=staff(), at=AT).lines[0].outcome == "accepted"


def test_a_big_delivery_costs_the_same_few_statements_per_chunk(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for size in (10, 900):
        data = csv_of(*({"personeelsnummer": f"s{size}-{number}"} for number in range(size)))
        received = actions.receive(board=BOARD, chunks=[data], viewer=staff(), at=AT)
        actions.deliver(delivery=received.delivery, viewer=staff(), at=AT)
        with django_assert_max_num_queries(100):
            actions.continue_delivery(delivery=received.delivery, at=AT)


def test_lines_without_a_staff_number_are_refused_and_the_others_delivered() -> None:
    report = deliver(csv_of({"personeelsnummer": ""}, {"personeelsnummer": "p1"}, {"personeelsnummer": " "}))
    assert report.state == "delivered"
    assert report.lines == [
        (2, "refused", "personeelsnummer"),
        (3, "accepted", ""),
        (4, "refused", "personeelsnummer"),
    ]


def test_a_reception_that_the_daily_work_closed_does_not_end_as_a_delivery() -> None:
    reception = actions.begin_reception(board=BOARD, viewer=staff(), at=AT)
    reception.feed(csv_of({}))
    due.destroy(AT + timedelta(days=1))
    with pytest.raises(FileRefused, match="interrupted"):
        reception.finish(check=True)
    assert Delivery.objects.get().state == "refused"
    assert not DeliveryLine.objects.exists()
