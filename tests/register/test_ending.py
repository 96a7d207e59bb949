"""Registrations that end without her asking: at death, at the pension age, when an end stays unconfirmed."""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries, rulebook
from lerarenregister.register.actions.forgetting import forget_unconfirmed
from lerarenregister.register.errors import StaffNumberUnknown
from lerarenregister.register.models import Act, EndNotice
from lerarenregister.register.rulebook import FOLDER, read_rulebooks
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.cases import Outcome
from lerarenregister.register.rules.ends import EndGround, born_by, ends_on, pension_day
from tests.register.case_cast import ONE, decide, only_case
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, deliver, joined, staff, teacher
from tests.register.test_confirming import confirm
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
DAY = date(2018, 9, 3)


@pytest.fixture
def registered() -> Viewer:
    """A teacher who is registered from the day of the test; born on 4 March 1980."""
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    return viewer


def last_act(viewer: Viewer) -> queries.ActShown:
    return queries.own_registration(viewer).acts[0]


def test_a_death_is_reported_by_a_board_and_found_by_two(registered: Viewer) -> None:
    report = {"board": BOARD, "staff_number": "p1", "on": DAY, "viewer": staff(), "at": AT + 2 * ONE}
    assert actions.report_death(**report) == actions.report_death(**report)  # type: ignore[arg-type]
    case = only_case(registered).id
    assert queries.counts(DAY + ONE).total == 1
    decide(case, Outcome.GRANTED, at=AT + 2 * ONE)
    act = last_act(registered)
    assert (act.kind, act.effective_on, act.role, act.motive) == (ActKind.DECEASED, DAY, "support", "Nagekeken.")
    assert queries.own_registration(registered).number == ""
    assert list(queries.broken_rules()) == []


def test_who_is_there_after_all_sets_it_right_at_once(registered: Viewer) -> None:
    actions.report_death(board=BOARD, staff_number="p1", on=DAY, viewer=staff(), at=AT)
    case = only_case(registered).id
    actions.reply(case=case, content=False, words="Ik ben er nog.", viewer=registered, at=AT)
    assert only_case(registered).outcome is Outcome.REJECTED
    actions.report_death(board=BOARD, staff_number="p1", on=DAY, viewer=staff(), at=AT)
    again = next(each for each in queries.own_cases(registered, at=AT) if each.due_on)
    decide(again.id, Outcome.GRANTED)
    assert actions.return_to_register(viewer=registered, at=AT + ONE)
    assert last_act(registered).kind is ActKind.RESTORED


def test_a_board_reports_only_its_own_people_and_no_day_that_can_not_be(registered: Viewer) -> None:
    with pytest.raises(StaffNumberUnknown):
        actions.report_death(board=OTHER_BOARD, staff_number="p1", on=DAY, viewer=staff(OTHER_BOARD), at=AT)
    for on in (DAY + ONE, date(1980, 3, 4)):
        with pytest.raises(Invalid):
            actions.report_death(board=BOARD, staff_number="p1", on=on, viewer=staff(), at=AT)
    assert queries.own_cases(registered, at=AT) == []


def moment(day: date) -> datetime:
    return AT + (day - DAY)


PENSION = date(1980 + TERMS.pension_age_years, 3, 4)


def test_at_the_pension_age_she_is_told_in_time_and_it_ends(registered: Viewer) -> None:
    told = PENSION - TERMS.end_notice
    assert [actions.end_due(moment(told + days * ONE)) for days in (-1, 0, 1)] == [0, 1, 0]
    (notice,) = queries.own_registration(registered).notices
    assert (notice.ground, notice.ends_on) == (EndGround.PENSION, PENSION)
    assert [actions.end_due(moment(PENSION + days * ONE)) for days in (-1, 0, 1)] == [0, 1, 0]
    act = last_act(registered)
    assert (act.kind, act.effective_on, act.article) == (ActKind.PENSION, PENSION, "3.9")
    own = queries.own_registration(registered)
    assert (own.number, own.notices, own.left) == ("", (), act)


def test_who_says_that_she_stays_is_not_told_again(registered: Viewer) -> None:
    actions.end_due(moment(PENSION))
    (notice,) = queries.own_registration(registered).notices
    assert notice.ends_on == PENSION + TERMS.end_notice
    assert actions.stay(notice=notice.id, viewer=registered, at=moment(PENSION))
    assert not actions.stay(notice=notice.id, viewer=registered, at=moment(PENSION))
    assert [actions.end_due(moment(PENSION + years * timedelta(days=365))) for years in (1, 2, 3)] == [0, 0, 0]
    assert queries.own_registration(registered).number


def test_a_notice_is_hers_alone(registered: Viewer) -> None:
    actions.end_due(moment(PENSION))
    (notice,) = queries.own_registration(registered).notices
    with pytest.raises(Absent):
        actions.stay(notice=notice.id, viewer=teacher(), at=moment(PENSION))
    actions.end_due(moment(PENSION + TERMS.end_notice))
    with pytest.raises(Absent):
        actions.stay(notice=notice.id, viewer=registered, at=moment(PENSION + TERMS.end_notice))


@pytest.fixture
def ages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[date, int], None]:
    """Sets a second version of the rulebook, with another pension age from a day."""

    def set_ages(begin: date, years: int) -> None:
        for version in ("v1", "v2"):
            shutil.copytree(FOLDER / "v1", tmp_path / version)
        _change(tmp_path / "v1" / "geldt.toml", "begin = 2017-12-01", f"begin = 2017-12-01\nuntil = {begin}")
        _change(tmp_path / "v2" / "geldt.toml", "version = 1", "version = 2")
        _change(tmp_path / "v2" / "geldt.toml", "begin = 2017-12-01", f"begin = {begin}")
        age = f"pension_age_years = {TERMS.pension_age_years}"
        _change(tmp_path / "v2" / "termijnen.toml", age, f"pension_age_years = {years}")
        monkeypatch.setattr(rulebook, "RULEBOOKS", read_rulebooks(tmp_path))

    return set_ages


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_pension_age_that_rises_in_the_middle_lifts_the_notice(
    registered: Viewer, ages: Callable[[date, int], None]
) -> None:
    ages(PENSION - ONE, TERMS.pension_age_years + 2)
    assert actions.end_due(moment(PENSION - TERMS.end_notice)) == 1
    assert actions.end_due(moment(PENSION - 2 * ONE)) == 0
    assert actions.end_due(moment(PENSION - ONE)) == 1
    assert queries.own_registration(registered).notices == ()
    assert actions.end_due(moment(PENSION)) == 0
    assert queries.own_registration(registered).number
    later = PENSION.replace(year=PENSION.year + 2)
    assert [actions.end_due(moment(later - TERMS.end_notice + days * ONE)) for days in (-1, 0)] == [0, 1]
    assert actions.end_due(moment(later)) == 1
    assert last_act(registered).rulebook == 2


def test_a_pension_age_that_falls_in_the_middle_leaves_her_the_day_that_she_was_told(
    registered: Viewer, ages: Callable[[date, int], None]
) -> None:
    ages(PENSION - 10 * ONE, TERMS.pension_age_years - 2)
    actions.end_due(moment(PENSION - TERMS.end_notice))
    (notice,) = queries.own_registration(registered).notices
    assert [actions.end_due(moment(PENSION + days * ONE)) for days in (-10, -1)] == [0, 0]
    assert queries.own_registration(registered).notices == (notice,)
    assert actions.end_due(moment(PENSION)) == 1
    assert last_act(registered).effective_on == PENSION


def test_a_pension_age_that_falls_still_leaves_her_the_notice(
    registered: Viewer, ages: Callable[[date, int], None]
) -> None:
    falls = PENSION.replace(year=PENSION.year - 1)
    ages(falls, TERMS.pension_age_years - 2)
    assert [actions.end_due(moment(falls + days * ONE)) for days in (-1, 0)] == [0, 1]
    (notice,) = queries.own_registration(registered).notices
    assert notice.ends_on == falls + TERMS.end_notice


def test_who_said_that_she_stays_stays_when_the_pension_age_changes(
    registered: Viewer, ages: Callable[[date, int], None]
) -> None:
    ages(PENSION + ONE, TERMS.pension_age_years + 2)
    actions.end_due(moment(PENSION - TERMS.end_notice))
    (notice,) = queries.own_registration(registered).notices
    actions.stay(notice=notice.id, viewer=registered, at=moment(PENSION - ONE))
    assert [actions.end_due(moment(PENSION + years * timedelta(days=366))) for years in (0, 1, 2, 3)] == [0, 0, 0, 0]
    assert queries.own_registration(registered).number


def test_an_end_that_she_never_confirmed_ends_her_registration_after_its_notice(registered: Viewer) -> None:
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + ONE)
    quiet = date(2018, 10, 1) + TERMS.work_ended
    assert [actions.end_due(moment(quiet + days * ONE)) for days in (-1, 0)] == [0, 1]
    (notice,) = queries.own_registration(registered).notices
    assert (notice.ground, notice.ends_on) == (EndGround.WORK_ENDED, quiet + TERMS.end_notice)
    assert actions.end_due(moment(notice.ends_on)) == 1
    assert last_act(registered).kind is ActKind.WORK_ENDED
    assert queries.own_registration(registered).number == ""
    assert actions.return_to_register(viewer=registered, at=moment(notice.ends_on + ONE))
    assert actions.end_due(moment(notice.ends_on + timedelta(days=400))) == 0


def test_a_notice_is_lifted_when_she_works_again(registered: Viewer) -> None:
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + ONE)
    quiet = moment(date(2018, 10, 1) + TERMS.work_ended)
    actions.end_due(quiet)
    deliver(csv_of({"einde": "geen"}), at=quiet)
    assert actions.end_due(quiet + ONE) == 1
    assert queries.own_registration(registered).notices == ()
    assert actions.end_due(quiet + timedelta(days=400)) == 0
    assert EndNotice.objects.count() == 1
    assert Act.objects.count() == 1


def test_an_end_that_she_confirmed_ends_it_as_well(registered: Viewer) -> None:
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + ONE)
    confirm(queries.own_registration(registered).appointments[0], viewer=registered, at=AT + ONE)
    quiet = date(2018, 10, 1) + TERMS.work_ended
    assert [actions.end_due(moment(quiet + days * ONE)) for days in (-1, 0)] == [0, 1]
    assert actions.end_due(moment(quiet + TERMS.end_notice)) == 1
    assert last_act(registered).kind is ActKind.WORK_ENDED


def test_who_stays_when_her_work_ended_is_asked_again_after_a_year(registered: Viewer) -> None:
    deliver(csv_of({"einde": "2018-09-30"}), at=AT + ONE)
    quiet = moment(date(2018, 10, 1) + TERMS.work_ended)
    assert actions.end_due(quiet) == 1
    (notice,) = queries.own_registration(registered).notices
    assert actions.stay(notice=notice.id, viewer=registered, at=quiet)
    assert [actions.end_due(quiet + days * ONE) for days in (0, 1, 100, 364)] == [0, 0, 0, 0]
    assert queries.own_registration(registered).number
    assert actions.end_due(quiet + TERMS.unconfirmed) == 1
    assert len(queries.own_registration(registered).notices) == 1


@pytest.mark.parametrize("ahead", [120, 400])
def test_an_end_that_was_delivered_long_before_its_day_ends_it_too(registered: Viewer, ahead: int) -> None:
    last = DAY + ahead * ONE
    deliver(csv_of({"einde": last.isoformat()}), at=AT + ONE)
    told, day = last + ONE + TERMS.work_ended, DAY
    while day < told + TERMS.end_notice:
        forget_unconfirmed(moment(day))
        actions.end_due(moment(day))
        day += 20 * ONE
    actions.end_due(moment(told + TERMS.end_notice + 20 * ONE))
    assert last_act(registered).kind is ActKind.WORK_ENDED
    assert list(queries.broken_rules()) == []


def test_a_death_of_a_file_that_joins_later_is_hers_to_set_right() -> None:
    deliver(csv_of({}))
    case = actions.report_death(board=BOARD, staff_number="p1", on=DAY, viewer=staff(), at=AT)
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    assert only_case(viewer).id == case
    decide(case, Outcome.GRANTED)
    assert last_act(viewer).kind is ActKind.DECEASED


def test_days_of_leap_years() -> None:
    assert pension_day(date(1956, 2, 29), 67) == date(2023, 3, 1)
    assert pension_day(date(1956, 2, 29), 68) == date(2024, 2, 29)
    assert born_by(date(2024, 2, 29), 67) == date(1957, 2, 28)
    assert ends_on(DAY, DAY - ONE, 3 * ONE) == DAY + 2 * ONE
