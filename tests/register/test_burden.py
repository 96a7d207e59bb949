"""What delivering costs: measured of each delivery once, shown to its own board, published of all together only."""

from datetime import timedelta

import pytest
from django.test import Client

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.audit.models import AuditEvent
from lerarenregister.register import actions, queries
from lerarenregister.register.models import Board, BurdenOfAll, Delivery
from lerarenregister.register.rules.burden import Measured, burden_of, published
from tests.register import cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, deliver, staff

MINUTE = timedelta(minutes=1)


def row(board: int = 0, *, lines: int = 100, people: int = 50, took: float = 5, **refusals: int) -> Measured:
    return Measured(f"{board:05d}", lines, people, refusals, took * MINUTE)


def test_minutes_for_each_100_people_count_an_hour_of_a_delivery_at_most_and_never_less_than_nothing() -> None:
    found = burden_of([row(people=100, took=10), row(people=50, took=600), row(people=50, took=-3)])
    assert (found.minutes_per_100, found.median_minutes) == (35.0, 10.0)
    assert burden_of([]).minutes_per_100 == 0
    assert burden_of([row(people=0)]).minutes_per_100 == 0


def test_errors_are_counted_by_kind_the_most_first() -> None:
    found = burden_of([row(date=3, missing=1), row(1, missing=4)])
    assert (found.refused, found.refusals, found.boards) == (8, (("missing", 5), ("date", 3)), 2)


def test_of_few_boards_nothing_is_published_and_small_numbers_never() -> None:
    assert published(burden_of([row(each, missing=40) for each in range(9)]), 10) is None
    found = published(burden_of([row(each, missing=4, **({"date": 9} if each == 3 else {})) for each in range(14)]), 10)
    assert found is not None
    assert (found.boards, found.deliveries, found.lines, found.refused) == (10, 10, 1400, 70)
    assert found.refusals == (("missing", 60),)


def test_one_board_more_or_less_can_not_be_read_from_the_rounded_counts() -> None:
    all_of_them = [row(each, lines=97 + each, missing=each) for each in range(20)]
    whole = published(burden_of(all_of_them), 10)
    assert whole is not None
    assert all(number % 10 == 0 for number in (whole.boards, whole.deliveries, whole.lines, whole.refused))


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
class TestMeasuring:
    def test_a_delivery_is_measured_when_it_is_read_first_and_mending_makes_its_errors_no_fewer(self) -> None:
        report = deliver(csv_of({}, {"personeelsnummer": "p2", "brin": "99ZZ"}, {"vak": "x"}))
        assert (Delivery.objects.get().people, Delivery.objects.get().refusals) == (2, {"brin-unknown": 1})
        typed = {3: actions.Typed(cast.LINE | {"personeelsnummer": "p2"}, 0)}
        actions.mend_lines(delivery=report.id, board=BOARD, lines=typed, viewer=staff(), at=AT)
        actions.continue_delivery(delivery=report.id, at=AT)
        assert Delivery.objects.get().refusals == {"brin-unknown": 1}

    def test_a_board_sees_its_own_figures_and_no_other_does(self) -> None:
        deliver(csv_of({}, {"brin": "99ZZ"}), at=AT)
        shown = queries.burden_of_board(BOARD, viewer=staff(), at=AT + timedelta(days=1))
        assert shown.figures is not None
        assert (shown.figures.lines, shown.figures.refused) == (2, 1)
        assert shown.refusals == (("Dit BRIN kennen we niet op deze datum.", 1),)
        assert queries.burden_of_board(BOARD, viewer=staff(), at=AT + timedelta(days=366)).figures is None
        for viewer in (staff(OTHER_BOARD), cast.support(), cast.teacher()):
            with pytest.raises(NotAllowed):
                queries.burden_of_board(BOARD, viewer=viewer, at=AT)

    def test_what_is_only_checked_counts_for_nothing(self) -> None:
        deliver(csv_of({}), dry_run=True)
        assert queries.burden_of_board(BOARD, viewer=staff(), at=AT).figures is None

    def test_the_page_of_all_is_published_once_a_day_and_replaces_the_one_before(self) -> None:
        deliver(csv_of({}))
        assert [actions.publish_burden(AT), actions.publish_burden(AT)] == [True, False]
        assert BurdenOfAll.objects.get().figures is None
        assert "ten minste tien" in Client().get("/cijfers/aanleveren/").content.decode()
        for number in range(12):
            self._delivered(number)
        assert actions.publish_burden(AT + timedelta(days=1))
        page = Client().get("/cijfers/aanleveren/").content.decode()
        assert ("Gemeten op 4 september 2018" in page, "Deze cel is leeg" in page) == (True, True)
        assert BOARD not in page
        assert BurdenOfAll.objects.count() == 1
        assert AuditEvent.objects.filter(name="register.BurdenPublished").count() == 2

    @staticmethod
    def _delivered(number: int) -> None:
        from lerarenregister.kernel.identifiers import new_id

        Delivery.objects.create(
            id=new_id(),
            board=Board.objects.create(id=new_id(), number=f"6{number:04d}"),
            received_at=AT,
            finished_at=AT + 5 * MINUTE,
            first_finished_at=AT + 5 * MINUTE,
            state="delivered",
            lines=30,
            people=20,
            refusals={"missing": 3},
        )
