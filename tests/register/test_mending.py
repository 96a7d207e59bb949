"""Refused lines are mended on the page: read again by the same rules, part of the same delivery, and erased with it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.accounts.permissions import COMMAND, Role
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import WrongState
from lerarenregister.register.models import Delivery, DeliveryLine, Employee
from lerarenregister.register.rules.columns import COLUMNS, SEPARATOR
from lerarenregister.register.rules.mending import Mended, Unmended, mended
from lerarenregister.register.rules.reasons import Reason
from tests.register import cast
from tests.register.cast import AT, BOARD, LINE, OTHER_BOARD, Report, csv_of, deliver, staff
from tests.register.test_reader import valid_bsns
from tests.register.workbooks import workbook_of

GOOD = {name: LINE.get(name, "") for name in COLUMNS}
LATER = AT + timedelta(hours=1)


def mend(report: Report, number: int, seen: int = 0, /, *, go_on: bool = True, **cells: str) -> actions.Mending:
    typed = actions.Typed(GOOD | cells, seen)
    who = staff(role=Role.BOARD_MANAGER)
    result = actions.mend_lines(delivery=report.id, board=BOARD, lines={number: typed}, viewer=who, at=LATER)
    if go_on and result.saved:
        actions.continue_delivery(delivery=report.id, at=LATER)
    return result


def outcomes(report: Report) -> list[tuple[int, str, str]]:
    rows = DeliveryLine.objects.filter(delivery_id=report.id).order_by("number")
    return list(rows.values_list("number", "outcome", "reason"))


def state(report: Report) -> str:
    return Delivery.objects.get(pk=report.id).state


def sent(report: Report) -> None:
    actions.deliver(delivery=report.id, viewer=staff(), at=LATER)
    actions.continue_delivery(delivery=report.id, at=LATER)


def test_the_rule_keeps_cells_and_refuses_what_no_file_may_hold() -> None:
    before = [GOOD[name] for name in COLUMNS]
    assert mended(GOOD, before) == Mended(SEPARATOR.join(before), "p1")
    assert mended(GOOD | {"vak": "a\nb"}, before) == Unmended("vak", Reason.CONTROL_CHARACTER)
    assert mended(GOOD | {"vak": "x" * 1_001}, before) == Unmended("vak", Reason.CELL_TOO_LONG)
    number = valid_bsns(1)[0]
    assert mended(GOOD | {"vak": number}, before) == Unmended("vak", Reason.LOOKS_LIKE_BSN)
    stood = [number if name == "personeelsnummer" else GOOD[name] for name in COLUMNS]
    assert isinstance(mended(GOOD | {"personeelsnummer": number}, stood), Mended)


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
class TestMending:
    def test_a_mended_line_is_checked_again_and_goes_with_its_delivery(self) -> None:
        report = deliver(csv_of({}, {"personeelsnummer": "p2", "brin": "99ZZ"}), dry_run=True)
        assert mend(report, 3, personeelsnummer="p2").saved == [3]
        assert (state(report), outcomes(report)) == ("checked", [(2, "accepted", ""), (3, "accepted", "")])
        sent(report)
        assert Employee.objects.count() == 2

    def test_after_delivering_only_the_mended_line_is_delivered_and_what_was_delivered_stays(self) -> None:
        report = deliver(csv_of({}, {"personeelsnummer": "p2", "brin": "99ZZ"}))
        first = Delivery.objects.get(pk=report.id).first_finished_at
        assert first is not None
        mend(report, 3, personeelsnummer="p2")
        assert state(report) == "checked"
        assert Employee.objects.count() == 1
        lines = AuditEvent.objects.filter(name="register.LineDelivered").count()
        sent(report)
        assert (state(report), Employee.objects.count()) == ("delivered", 2)
        assert AuditEvent.objects.filter(name="register.LineDelivered").count() == lines + 1
        assert Delivery.objects.get(pk=report.id).first_finished_at == first
        assert not [rule for rule, rows in queries.broken_rules() if list(rows)]

    def test_lines_that_contradict_are_read_together_again(self) -> None:
        report = deliver(csv_of({"einde": "2019-01-01"}, {"einde": "2019-02-01"}), dry_run=True)
        assert [each[2] for each in outcomes(report)] == ["lines-differ", "lines-differ"]
        mend(report, 2, einde="2019-02-01")
        assert [each[1] for each in outcomes(report)] == ["accepted", "unchanged"]

    def test_a_line_with_a_formula_keeps_its_other_cells_and_is_never_read_by_itself(self) -> None:
        report = deliver(workbook_of({"einde": "=A1"}, {"brin": "99ZZ", "vak": "x"}), dry_run=True)
        row = DeliveryLine.objects.get(number=2)
        assert (row.unread, row.values.split(SEPARATOR)[1], "=" in row.values) == (True, "p1", False)
        # The same person: the other line must not go along without its end.
        assert mend(report, 3, vak="x").saved == [3]
        assert outcomes(report)[0] == (2, "refused", "formula")
        mend(report, 2, einde="2019-01-01")
        assert outcomes(report)[0] == (2, "accepted", "")

    def test_what_looks_like_a_citizen_service_number_is_kept_nowhere(self) -> None:
        number = valid_bsns(1)[0]
        report = deliver(csv_of({"vak": number}), dry_run=True)
        assert DeliveryLine.objects.get().values == ""
        result = mend(report, 2, vak=number)
        assert (result.saved, result.wrong[2].reason) == ([], Reason.LOOKS_LIKE_BSN)
        assert number not in DeliveryLine.objects.get().values
        assert mend(report, 2).saved == [2]

    def test_of_two_tabs_the_second_hears_it_and_the_same_once_more_changes_nothing(self) -> None:
        report = deliver(csv_of({"brin": "99ZZ"}), dry_run=True)
        mend(report, 2, brin="88ZZ")
        assert mend(report, 2, brin="88ZZ").saved == []
        result = mend(report, 2, brin="77ZZ")
        assert (result.saved, result.stale) == ([], [2])
        assert mend(report, 2, 1).saved == [2]
        assert mend(report, 2, 2, vak="x").stale == [2]  # it is not refused any more
        assert AuditEvent.objects.filter(name="register.LineMended").count() == 2

    def test_one_wrong_line_keeps_the_others_from_being_saved_by_halves(self) -> None:
        report = deliver(csv_of({"brin": "99ZZ"}, {"brin": "99ZZ", "personeelsnummer": "p2"}), dry_run=True)
        typed = {2: actions.Typed(GOOD, 0), 3: actions.Typed(GOOD | {"vak": "\t\x01"}, 0)}
        result = actions.mend_lines(delivery=report.id, board=BOARD, lines=typed, viewer=staff(), at=LATER)
        assert (result.saved, list(result.wrong)) == ([], [3])
        assert state(report) == "checked"

    def test_killed_after_saving_the_check_goes_on_where_it_was(self) -> None:
        report = deliver(csv_of({"brin": "99ZZ"}), dry_run=True)
        mend(report, 2, go_on=False)
        assert state(report) == "checking"
        assert queries.unfinished() == [report.id]
        actions.continue_delivery(delivery=report.id, at=LATER)
        assert outcomes(report) == [(2, "accepted", "")]

    def test_who_did_it_and_which_line_is_in_the_log_and_no_value(self) -> None:
        deliver(csv_of({}))
        report = deliver(csv_of({"brin": "99ZZ"}), dry_run=True)
        mend(report, 2, vak="geheimwoord")
        event = AuditEvent.objects.get(name="register.LineMended")
        assert (event.actor_role, event.facts["line"]) == ("board-manager", 2)
        assert "geheimwoord" not in str(event.facts)
        assert [each.subject for each in EventSubject.objects.filter(event=event)] == [Employee.objects.get().id]

    def test_another_board_a_stranger_and_a_former_colleague_mend_nothing(self) -> None:
        report = deliver(csv_of({"brin": "99ZZ"}), dry_run=True)
        typed = {2: actions.Typed(GOOD, 0)}
        former = replace(staff(), roles=frozenset())  # as a request finds somebody whose role ended
        for viewer, board in ((staff(OTHER_BOARD), BOARD), (cast.teacher(), BOARD), (former, BOARD)):
            with pytest.raises(NotAllowed):
                actions.mend_lines(delivery=report.id, board=board, lines=typed, viewer=viewer, at=LATER)
            with pytest.raises((NotAllowed, Absent)):
                queries.lines_to_mend(report.id, board=board, viewer=viewer, at=LATER)
        for ask in (
            lambda: actions.mend_lines(
                delivery=report.id, board=OTHER_BOARD, lines=typed, viewer=staff(OTHER_BOARD), at=LATER
            ),
            lambda: queries.lines_to_mend(report.id, board=OTHER_BOARD, viewer=staff(OTHER_BOARD), at=LATER),
        ):
            with pytest.raises(Absent):
                ask()
        assert outcomes(report) == [(2, "refused", "brin-unknown")]

    def test_while_it_is_delivered_and_after_its_term_nothing_is_mended(self) -> None:
        report = deliver(csv_of({"brin": "99ZZ"}), dry_run=True)
        actions.deliver(delivery=report.id, viewer=staff(), at=LATER)
        with pytest.raises(WrongState):
            mend(report, 2)
        actions.continue_delivery(delivery=report.id, at=LATER)
        actions.destroy_due(AT + timedelta(days=15))
        with pytest.raises(WrongState):
            mend(report, 2)

    def test_what_was_mended_and_not_delivered_goes_with_the_term_and_what_was_delivered_stays_so(self) -> None:
        report = deliver(csv_of({}, {"personeelsnummer": "p2", "brin": "99ZZ"}))
        mend(report, 3, personeelsnummer="p2", vak="geheim")
        actions.destroy_due(AT + timedelta(days=15))
        assert state(report) == "delivered"
        assert outcomes(report) == [(2, "accepted", ""), (3, "refused", "not-delivered")]
        assert set(DeliveryLine.objects.values_list("values", "person")) == {("", "")}
        assert queries.delivery_shown(report.id, viewer=COMMAND).counts["refused"] == 1
        assert not [rule for rule, rows in queries.broken_rules() if list(rows)]

    def test_what_nobody_confirmed_is_forgotten_on_its_day_also_when_a_line_was_mended_later(self) -> None:
        report = deliver(csv_of({}, {"personeelsnummer": "p2", "brin": "99ZZ"}))
        typed = {3: actions.Typed(GOOD | {"personeelsnummer": "p2"}, 0)}
        later = AT + timedelta(days=10)
        actions.mend_lines(delivery=report.id, board=BOARD, lines=typed, viewer=staff(), at=later)
        actions.continue_delivery(delivery=report.id, at=later)
        actions.deliver(delivery=report.id, viewer=staff(), at=later)
        actions.continue_delivery(delivery=report.id, at=later)
        actions.destroy_due(AT + timedelta(days=365))
        assert list(Employee.objects.values_list("staff_number", flat=True)) == ["p2"]
        actions.destroy_due(later + timedelta(days=365))
        assert not Employee.objects.exists()

    def test_the_same_bytes_are_read_anew_after_a_line_was_mended(self) -> None:
        data = csv_of({"brin": "99ZZ"})
        report = deliver(data)
        mend(report, 2)
        sent(report)
        assert deliver(data, at=LATER + timedelta(minutes=1)).id != report.id

    def test_a_line_of_who_objects_is_not_offered(self) -> None:
        her = cast.joined()
        employee = Employee.objects.get()
        actions.object_to_delivery(file=employee.id, viewer=her, at=AT)
        report = deliver(csv_of({"vak": "nieuw"}), at=LATER)
        assert outcomes(report) == [(2, "refused", "not-taken")]
        assert queries.lines_to_mend(report.id, board=BOARD, viewer=staff(), at=LATER).count == 0
        assert mend(report, 2, vak="ander").stale == [2]


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_the_cell_the_reason_and_a_field_for_each_cell_and_saves_once() -> None:
    cast.institutions()
    client, at = Client(), clock.now()
    account = cast.sign_in(client, at=at, person_bound=False, subject="staff")
    cast.give_role(account, Role.BOARD_STAFF, BOARD, at=at)
    lines = [{"personeelsnummer": f"p{number}", "brin": "99ZZ"} for number in range(12)]
    report = deliver(csv_of(*lines, {"vak": "goed"}), at=at, dry_run=True)
    address = f"/bestuur/{BOARD}/aanleveringen/{report.id}/verbeteren/"
    page = client.get(address).content.decode()
    assert ("Er zijn 12 geweigerde regels" in page, page.count("<fieldset"), "Dit BRIN kennen we niet" in page) == (
        True,
        10,
        True,
    )
    assert page.count('<input type="text"') == 150
    assert client.get(address + "?pagina=2").content.decode().count("<fieldset") == 2
    sent = {"r2-gezien": "0", "r3-gezien": "0"}
    for number in (2, 3):
        line = LINE | {"personeelsnummer": f"p{number - 2}", "brin": "99ZZ"}
        sent |= {f"r{number}-{name}": line.get(name, "") for name in COLUMNS}
    nothing = client.post(address, sent, follow=True).content.decode()
    assert "Je hebt niets veranderd" in nothing
    wrong = client.post(address, sent | {"r2-vak": valid_bsns(1)[0], "r2-voorletters": "Zo."})
    assert (wrong.status_code, "Er is nog niets opgeslagen" in wrong.content.decode()) == (400, True)
    assert 'value="Zo."' in wrong.content.decode()
    for _ in range(2):
        saved = client.post(address, sent | {"r2-brin": "01AB"}, follow=True)
        assert saved.status_code == 200
    assert DeliveryLine.objects.get(number=2).outcome == "accepted"
    assert AuditEvent.objects.filter(name="register.LineMended").count() == 1
    assert "Er zijn 11 geweigerde regels" in client.get(address).content.decode()
    assert "Geweigerde regels verbeteren" in client.get(address.removesuffix("verbeteren/")).content.decode()
