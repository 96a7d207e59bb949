"""Terms go by the Dutch day, in summer and in winter and over the nights on which the clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.register import actions, queries
from lerarenregister.register.models import Case, EndNotice, RegistrationSpell
from lerarenregister.register.rules.acts import ActKind
from tests.register.cast import AT, BOARD, TEACHER, csv_of, deliver, joined, staff, teacher
from tests.register.test_confirming import confirm
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
MINUTE = timedelta(minutes=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.fixture
def registered() -> Viewer:
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    return viewer


@pytest.mark.parametrize(
    ("asked", "due", "midnight"),
    [
        # 00:30 in the Netherlands on the next day: the term begins there, and summer or winter stays.
        (utc(2018, 7, 10, 22, 30), date(2018, 8, 8), utc(2018, 8, 8, 22)),
        (utc(2018, 12, 10, 23, 30), date(2019, 1, 8), utc(2019, 1, 8, 23)),
        # The clock goes forward on 31 March 2019 and back on 28 October 2018: the same days, other midnights.
        (utc(2019, 3, 10, 23, 30), date(2019, 4, 8), utc(2019, 4, 8, 22)),
        (utc(2018, 10, 10, 22, 30), date(2018, 11, 8), utc(2018, 11, 8, 23)),
    ],
)
def test_a_turn_ends_at_midnight_in_the_netherlands(asked: datetime, due: date, midnight: datetime) -> None:
    case = actions.ask_registration(board=BOARD, words="Ik werk hier.", identity=TEACHER, viewer=teacher(), at=asked)
    assert Case.objects.get(pk=case).due_on == due
    assert actions.move_by_clock(midnight - MINUTE) == 0
    assert actions.move_by_clock(midnight) == 1


@pytest.mark.parametrize("left", [utc(2018, 10, 5, 22, 30), utc(2018, 12, 5, 23, 30)])
def test_a_registration_ends_on_the_dutch_day_on_which_she_leaves(registered: Viewer, left: datetime) -> None:
    actions.leave_register(viewer=registered, at=left)
    day = (left + timedelta(hours=2)).date()
    assert queries.own_registration(registered).acts[0].effective_on == day
    assert RegistrationSpell.objects.filter(superseded_at=None, until=day).count() == 1


def test_a_notice_comes_and_ends_on_dutch_days(registered: Viewer) -> None:
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + timedelta(days=1))
    quiet = date(2018, 10, 1) + TERMS.work_ended
    assert quiet == date(2019, 4, 1)
    # The night of 31 March, on which the clock went forward: that day ends at 22:00 UTC, and the one before at 23:00.
    assert actions.end_due(utc(2019, 3, 31, 21, 59)) == 0
    assert actions.end_due(utc(2019, 3, 31, 22)) == 1
    notice = EndNotice.objects.get()
    assert notice.ends_on == quiet + TERMS.end_notice
    ends = datetime.combine(notice.ends_on, datetime.min.time(), UTC) - timedelta(hours=2)
    assert actions.end_due(ends - MINUTE) == 0
    assert actions.end_due(ends) == 1
    act = queries.own_registration(registered).acts[0]
    assert (act.kind, act.effective_on) == (ActKind.WORK_ENDED, notice.ends_on)


def test_a_death_is_of_no_day_that_has_not_begun_in_the_netherlands(registered: Viewer) -> None:
    from lerarenregister.kernel.errors import Invalid

    report = {"board": BOARD, "staff_number": "p1", "viewer": staff()}
    with pytest.raises(Invalid):
        actions.report_death(on=date(2018, 9, 5), at=utc(2018, 9, 4, 21, 59), **report)  # type: ignore[arg-type]
    assert actions.report_death(on=date(2018, 9, 5), at=utc(2018, 9, 4, 22), **report)  # type: ignore[arg-type]
