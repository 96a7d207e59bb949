"""A wrong clock destroys nothing: it may delay what is due, never advance it; and the operator has the last word."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.management.commands import run_due
from lerarenregister.jobs.parts import PARTS, DuePart
from lerarenregister.kernel import clock
from lerarenregister.kernel.clock import LEEWAY
from lerarenregister.upkeep import queries
from lerarenregister.upkeep.queries import retention_state
from lerarenregister.upkeep.rules import MOST_UNSEEN, Doubt, Reached, Running, reached, trust_in
from lerarenregister.web.state import health
from tests.attacks import cast
from tests.register import cast as register_cast

NOW = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
HERE = Running("first start", 1_000.0)
DAY = timedelta(days=1)


def weighed(now: datetime, machine: Running, last: Reached | None, database: datetime | None = None) -> Doubt | None:
    return trust_in(now, database=database or now, machine=machine, last=last).doubt


LAST = Reached(NOW, HERE)
GRID = [
    ("the first time", NOW, HERE, None, None, None),
    ("the same moment again", NOW, HERE, LAST, None, None),
    ("a day later", NOW + DAY, Running("first start", 87_400.0), LAST, None, None),
    ("a year later, and it ran a year", NOW + 365 * DAY, Running("first start", 366 * 86_400.0), LAST, None, None),
    ("a leap", NOW + DAY, Running("first start", 1_030.0), LAST, None, Doubt.LEAPT_AHEAD),
    ("just no leap", NOW + LEEWAY, HERE, LAST, None, None),
    ("just a leap", NOW + LEEWAY + timedelta(seconds=1), HERE, LAST, None, Doubt.LEAPT_AHEAD),
    ("back", NOW - 2 * LEEWAY, HERE, LAST, None, Doubt.WENT_BACK),
    ("another start", NOW + DAY, Running("second start", 3.0), LAST, None, None),
    ("another start, long after", NOW + 3 * DAY, Running("second start", 3.0), LAST, None, Doubt.LONG_UNSEEN),
    (
        "a machine that cannot tell",
        NOW + 3 * DAY,
        Running("", 3.0),
        Reached(NOW, Running("", 1.0)),
        None,
        Doubt.LONG_UNSEEN,
    ),
    ("the database says otherwise", NOW + 9 * DAY, HERE, None, NOW, Doubt.CLOCKS_DIFFER),
    ("the database is ahead", NOW, HERE, LAST, NOW + DAY, Doubt.CLOCKS_DIFFER),
]


@pytest.mark.parametrize(
    ("now", "machine", "last", "database", "doubt"), [row[1:] for row in GRID], ids=[r[0] for r in GRID]
)
def test_the_clock_is_believed_when_nothing_contradicts_it(
    now: datetime, machine: Running, last: Reached | None, database: datetime | None, doubt: Doubt | None
) -> None:
    assert weighed(now, machine, last, database) is doubt


@given(st.lists(st.tuples(st.floats(0, 5e6), st.floats(-5e6, 5e7)), min_size=2, max_size=30))
def test_whatever_a_clock_does_what_is_destroyed_is_never_further_ahead_than_the_machine_ran(
    rounds: list[tuple[float, float]],
) -> None:
    """Each round the machine ran some seconds more, and the clock says anything at all."""
    ran, last, horizons = 0.0, Reached(NOW, Running("one", 0.0)), [(0.0, NOW)]
    for more, said in rounds:
        ran += more
        now = NOW + timedelta(seconds=said)
        if weighed(now, Running("one", ran), last) is None:
            last = reached(now, machine=Running("one", ran), last=last, vouched=False)
            horizons.append((ran, now))
    for ran_then, moment in horizons:
        assert moment - NOW <= timedelta(seconds=ran_then) + LEEWAY + timedelta(milliseconds=1)


pytestmark = pytest.mark.django_db(transaction=True)


class House:
    """The daily work with one part that notes what it was allowed to do, at a clock and on a machine of the test's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.database, self.machine = NOW, None, HERE  # type: ignore[var-annotated]
        self.worked: list[datetime] = []
        self.destroyed: list[datetime] = []
        monkeypatch.setattr(clock, "now", lambda: self.now)
        monkeypatch.setattr(queries, "database_clock", lambda: self.database or self.now)
        monkeypatch.setattr(run_due, "running", lambda: self.machine)
        monkeypatch.setattr(run_due, "PARTS", [DuePart("a", self._note(self.worked), self._note(self.destroyed))])

    @staticmethod
    def _note(to: list[datetime]) -> Callable[[datetime], str]:
        def step(at: datetime) -> str:
            to.append(at)
            return "done"

        return step

    def run(self, *, stops: bool = False, today: str = "") -> str:
        out = io.StringIO()
        options = {"today": today} if today else {}
        if stops:
            with pytest.raises(SystemExit):
                call_command("run_due", stdout=out, **options)
        else:
            call_command("run_due", stdout=out, **options)
        return out.getvalue()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    return House(monkeypatch)


def test_a_leap_stops_destroying_and_not_the_work_and_ends_when_the_clock_is_right_again(house: House) -> None:
    house.run()
    house.now, house.machine = NOW + 40 * DAY, Running("first start", 1_060.0)
    assert "nothing is destroyed" in house.run(stops=True)
    assert (house.worked, house.destroyed) == ([NOW, NOW + 40 * DAY], [NOW])
    assert retention_state().doubt is Doubt.LEAPT_AHEAD
    house.now, house.machine = NOW + timedelta(minutes=2), Running("first start", 1_120.0)
    assert "nothing is destroyed" not in house.run()
    assert house.destroyed == [NOW, NOW + timedelta(minutes=2)]
    assert (retention_state().destroyed_until, retention_state().doubt) == (house.now, None)


def test_a_clock_that_creeps_ahead_gets_its_leeway_once(house: House) -> None:
    house.run()
    for _ in range(2):
        house.now += LEEWAY / 2
        house.run()
    for _ in range(50):
        house.now += LEEWAY / 2
        assert "nothing is destroyed" in house.run(stops=True)
    assert house.destroyed == [NOW, NOW + LEEWAY / 2, NOW + LEEWAY]


def test_a_clock_that_was_behind_may_come_back_and_after_the_word_of_an_operator_it_begins_anew(house: House) -> None:
    house.run()
    house.now -= LEEWAY / 2
    house.run()
    house.now += LEEWAY * 3 / 2
    house.run()
    house.now += LEEWAY
    house.run(stops=True)
    house.run(today="2018-09-03")
    house.now += LEEWAY
    assert "nothing is destroyed" not in house.run()


def test_a_leap_that_stays_never_becomes_true_by_waiting(house: House) -> None:
    house.run()
    for minutes in range(1, 50):
        house.now = NOW + 40 * DAY + timedelta(minutes=minutes)
        house.machine = Running("first start", 1_000.0 + 60 * minutes)
        house.run(stops=True)
    assert house.destroyed == [NOW]


def test_the_operator_who_knows_the_date_from_elsewhere_lets_it_go_on_and_the_log_says_so(house: House) -> None:
    house.run()
    house.now, house.machine = NOW + 5 * DAY, Running("second start", 10.0)
    house.run(stops=True)
    assert "done" in house.run(today="2018-09-08")
    assert house.destroyed == [NOW, house.now]
    (event,) = AuditEvent.objects.filter(name="upkeep.ClockVouchedFor")
    assert event.facts == {"doubt": "long-unseen", "horizon": NOW.isoformat()}
    assert "done" in house.run(today="2018-09-08")
    assert AuditEvent.objects.filter(name="upkeep.ClockVouchedFor").count() == 1


@pytest.mark.parametrize(("today", "says"), [("2018-09-03", "put the clock right"), ("gisteren", "wants a date")])
def test_the_word_of_an_operator_must_be_the_date_of_the_clock(house: House, today: str, says: str) -> None:
    house.run()
    house.now = NOW + 40 * DAY
    with pytest.raises(CommandError, match=says):
        call_command("run_due", today=today, stdout=io.StringIO())
    assert (house.worked, house.destroyed) == ([NOW], [NOW])


def test_a_database_that_says_another_time_stops_destroying(house: House) -> None:
    house.database = NOW - DAY
    house.run(stops=True)
    assert (house.worked, house.destroyed) == ([NOW], [])


def test_everything_that_is_destroyed_by_a_term_waits_for_the_clock() -> None:
    assert {part.name for part in PARTS if part.destroy} >= {"accounts", "log", "mail", "register"}


def test_a_wrong_clock_forgets_nothing_of_what_is_kept_to_give_account(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_due, "PARTS", [each for each in PARTS if each.name in ("accounts", "log", "register")])
    register_cast.institutions()
    register_cast.deliver(register_cast.csv_of({}), at=NOW)
    cast.with_role("staff", cast.Role.BOARD_STAFF, register_cast.BOARD, lasts=timedelta(hours=2))
    house.run()
    kept = cast.everything_stored(but="upkeep_")
    house.now, house.machine = NOW + 6 * 365 * DAY, Running("first start", 1_060.0)
    assert "nothing is destroyed" in house.run(stops=True)
    assert cast.everything_stored(but="upkeep_") == kept
    house.machine = Running("first start", 7 * 365 * 86_400.0)
    said = house.run()
    for part in ("ended roles forgotten", "who delivered 1 files forgotten", "events said forgotten"):
        assert part in said


def test_without_a_break_two_days_pass_on_another_machine_and_no_more(house: House) -> None:
    house.run()
    for days in range(1, 8):
        house.now, house.machine = NOW + days * DAY, Running(f"start {days}", 5.0)
        house.run()
    assert len(house.destroyed) == 8
    house.now, house.machine = house.now + MOST_UNSEEN + timedelta(seconds=1), Running("another", 5.0)
    house.run(stops=True)


def test_a_process_with_a_wrong_clock_gets_no_visitors(house: House) -> None:
    cast.sign_in("somebody")
    house.run()
    for now, database, ready in ((NOW, NOW, 200), (NOW - DAY, NOW - DAY, 503), (NOW, NOW + DAY, 503)):
        house.now, house.database = now, database
        health.forget()
        answer = Client().get("/health/ready")
        assert answer.status_code == ready
        assert ready == 200 or answer.json()["failing"] == ["clock"]
