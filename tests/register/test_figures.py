"""Figures that everybody may see: of fixed days, published once, with nobody to be found in them."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from unittest.mock import patch

import pytest

from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.actions import figures as publishing
from lerarenregister.register.models import PublishedCount
from lerarenregister.register.queries.figures import figures_counted
from lerarenregister.register.rules.figures import ALL, MOST_MONTHS, Figure, reference_day, reference_days
from lerarenregister.register.rules.rounding import rounded
from tests.register.cast import AT, csv_of, deliver, joined
from tests.register.test_confirming import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
BASE = 10
OCTOBER = AT.replace(month=10, day=2)


def counted(**amounts: int) -> dict[tuple[Figure, str], int]:
    """All figures of a day: these of teachers by sector, and nothing else."""
    cells = dict.fromkeys(product(Figure, (ALL, "po", "so", "vo", "mbo")), 0)
    return cells | {(Figure.REGISTERED, sector): amount for sector, amount in amounts.items()}


def published(amounts: dict[tuple[Figure, str], int], at: object = OCTOBER) -> int:
    with patch.object(publishing, "figures_counted", lambda _: amounts):
        return actions.publish_figures(at)  # type: ignore[arg-type]


def test_the_last_reference_day_is_one_that_is_over() -> None:
    assert reference_day(date(2018, 3, 2)) == date(2018, 3, 1)
    assert reference_day(date(2018, 3, 1)) == date(2018, 2, 1)
    assert reference_day(date(2018, 1, 1)) == date(2017, 12, 1)
    assert reference_days(date(2017, 11, 15), date(2018, 2, 10)) == [
        date(2017, 12, 1),
        date(2018, 1, 1),
        date(2018, 2, 1),
    ]
    assert reference_days(date(2018, 2, 9), date(2018, 2, 10)) == [date(2018, 2, 1)]
    assert len(reference_days(date(1900, 1, 1), date(2018, 2, 10))) == MOST_MONTHS


def test_no_small_number_follows_from_the_others() -> None:
    """Whatever three sectors and their total are: who knows how it is done can tell no number under five from four
    others. (Of one from five to nine somebody may learn that it is one of the upper few: that finds nobody.)"""
    possible: dict[tuple[int, ...], list[set[int]]] = defaultdict(lambda: [set(), set(), set()])
    for each in product(range(35), repeat=3):
        shown = tuple(rounded(number, BASE) for number in (*each, sum(each)))
        for place, number in enumerate(each):
            possible[shown][place].add(number)
    small = [numbers for places in possible.values() for numbers in places if min(numbers) < 5]
    assert len(small) > 10
    assert min(len(numbers) for numbers in small) == 5


def test_one_teacher_more_or_less_is_seen_in_one_of_ten_cases_and_never_in_a_small_number() -> None:
    steps = [rounded(number, BASE) != rounded(number + 1, BASE) for number in range(1_000)]
    assert sum(steps) == 100
    assert not any(steps[:9])


def test_each_first_of_a_month_is_published_once_and_stays() -> None:
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    assert actions.publish_figures(OCTOBER) == 1
    assert actions.publish_figures(OCTOBER) == 0
    assert {row.on for row in queries.figures_published()} == {date(2018, 10, 1)}
    assert actions.publish_figures(OCTOBER.replace(month=12)) == 2
    actions.erase_person(account=viewer.person(), at=OCTOBER.replace(month=12))
    assert actions.publish_figures(OCTOBER.replace(month=12)) == 0
    assert [row.on.month for row in queries.figures_published()] == [10, 11, 12]
    told = AuditEvent.objects.filter(name="register.FiguresPublished").order_by("id").values_list("facts", flat=True)
    assert [each["on"] for each in told if each] == ["2018-10-01", "2018-11-01", "2018-12-01"]


def test_while_nobody_confirmed_anything_the_last_day_says_that_there_are_few() -> None:
    assert actions.publish_figures(OCTOBER) == 1
    (day,) = queries.figures_published()
    assert (day.on, set(day.amounts.values())) == (date(2018, 10, 1), {None})


def test_what_is_few_is_published_as_few_and_the_rest_rounded() -> None:
    published(counted(po=9, vo=14, mbo=15) | {(Figure.REGISTERED, ALL): 38})
    (day,) = queries.figures_published()
    said = {sector: day.amounts[Figure.REGISTERED, sector] for sector in (ALL, "po", "so", "vo", "mbo")}
    assert said == {ALL: 40, "po": None, "so": None, "vo": 10, "mbo": 20}
    assert day.base == BASE


def test_a_correction_is_a_new_version_with_its_reason() -> None:
    published(counted(po=90))
    with patch.object(publishing, "figures_counted", lambda _: counted(po=94)):
        assert not actions.correct_figures(on=date(2018, 10, 1), why="Nagekeken", at=OCTOBER), "it comes out the same"
    with patch.object(publishing, "figures_counted", lambda _: counted(po=120)):
        with pytest.raises(Invalid):
            actions.correct_figures(on=date(2018, 10, 1), why=" ", at=OCTOBER)
        with pytest.raises(Absent):
            actions.correct_figures(on=date(2018, 9, 1), why="Een sector ontbrak", at=OCTOBER)
        assert actions.correct_figures(on=date(2018, 10, 1), why="Een sector ontbrak", at=OCTOBER)
    (day,) = queries.figures_published()
    assert (day.revision, day.why, day.amounts[Figure.REGISTERED, "po"]) == (2, "Een sector ontbrak", 120)
    assert PublishedCount.objects.filter(revision=1, figure="registered", sector="po", amount=90).exists()


def test_a_day_is_published_whole_or_not_at_all() -> None:
    with (
        patch.object(publishing, "record", side_effect=RuntimeError("killed")),
        pytest.raises(RuntimeError, match="killed"),
    ):
        actions.publish_figures(OCTOBER)
    assert not PublishedCount.objects.exists()
    assert actions.publish_figures(OCTOBER) == 1


def test_a_long_pause_is_caught_up_a_year_at_a_time() -> None:
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    later = OCTOBER + timedelta(days=500)
    with patch.object(publishing, "figures_counted", lambda _: counted()):
        assert [actions.publish_figures(later) for _ in range(3)] == [12, 5, 0]


def test_an_appointment_counts_when_it_was_confirmed_and_in_the_pre_register_by_its_ground() -> None:
    viewer = joined()
    deliver(csv_of({"benoemingsgrondslag": "O03", "vak": "", "onderwijsterrein": "techniek", "begin": "2018-02-01"}))
    on = AT.date() + timedelta(days=1)
    assert set(figures_counted(on).values()) == {0}, "delivered, and not confirmed"
    for each in queries.own_registration(viewer).appointments:
        confirm(each, viewer=viewer, at=AT)
    found = figures_counted(on)
    assert found[Figure.CONFIRMED, ALL] == 2
    assert found[Figure.PRE_REGISTER, ALL] == 1
    assert found[Figure.REGISTERED, ALL] == 1
    assert set(figures_counted(AT.date() - timedelta(days=1)).values()) == {0}, "as it was known then"
