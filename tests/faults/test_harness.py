"""The fault harness finds what is broken on purpose, and nothing in the same run of what is whole."""

import io
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.attacks.cast import WITH_PORTFOLIO

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not WITH_PORTFOLIO, reason="people write in their portfolios in it")


def test_five_hundred_seeds_reach_every_act_and_every_fault_on_both_databases() -> None:
    from tests.faults import houseruns, seeds
    from tests.faults.case import CASES
    from tests.faults.pointruns import CLOCK, ENDINGS, TWICE

    for database in (seeds.SQLITE, seeds.POSTGRESQL):
        ours = [seed for seed in range(1, 501) if seeds.database_of(seed) == database]
        points = [seeds.chosen(seed) for seed in ours if not seeds.in_the_house(seed)]
        assert {each.case for each in points} == set(CASES)
        assert {each.fault for each in points} == {*ENDINGS[database], TWICE, CLOCK}
        server = database == seeds.POSTGRESQL
        houses = [seed for seed in ours if seeds.in_the_house(seed)]
        strikes = houseruns.STRIKES | (houseruns.OF_A_SERVER if server else {})
        assert {houseruns.struck_by(seed, server=server) for seed in houses} == set(strikes)


def struck(*given: str) -> tuple[bool, dict[str, str]]:
    """Whether all was well after faults at points of some acts, and what was said of each act."""
    environment = {name: value for name, value in os.environ.items() if name not in ("VAR", "DATABASE_URL")}
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults", "sqlite", *given]
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    done = subprocess.run(
        command, cwd=ROOT, env=environment | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    said: dict[str, str] = {}
    for run in re.split(r"^(?=(?:NOT WELL )?seed )", done.stdout, flags=re.MULTILINE)[1:]:
        case = run.split(": ")[1]
        said[case] = said.get(case, "") + run
    return done.returncode == 0, said


FOUND = [
    ("swallow", "save:full", "it is there 0 times, and it was acknowledged"),
    ("event_afterwards", "confirm", "not as many acts as events"),
    ("mend_with_the_daily_work", "dispute", "at once: register: there are not as many acts as events"),
    ("role_event_afterwards", "end_role", "its events are none instead of 1 accounts.RoleEnded"),
    ("forget_the_form", "upload", "it is there 2 times"),
    ("forget_the_key", "close", "a key is of nobody who has an account"),
    ("half_an_objection", "object_to_board", "the objection stands 1 times, and the appointments have another opinion"),
    ("leave_the_remains", "backup", "left over: run-backups/"),
    ("forget_lost_tasks", "work", "a task was begun and never ended"),
    ("keep_another_code", "letters", "the code in the letter does not work"),
    ("decide_and_no_more", "review", "the review waits no more, and she sees 0 appointments"),
    ("tell_of_a_portfolio", "delete", "is of a portfolio, and the common log tells of it"),
]


def test_what_is_broken_on_purpose_is_found() -> None:
    from tests.faults.sabotage import SABOTAGES

    assert {sabotage for sabotage, _, _ in FOUND} == set(SABOTAGES)
    asked = [word for sabotage, case, _ in FOUND for word in ("--sabotage", sabotage, "--case", case)]
    well, told = struck(*asked)
    assert not well
    missing = {case: words for _, case, words in FOUND if words not in told[case.partition(":")[0]]}
    assert not missing, [told[case.partition(":")[0]] for case in missing]


def test_without_sabotage_nothing_is_found() -> None:
    well, told = struck("--every", "23", *(word for _, case, _ in FOUND for word in ("--case", case)))
    assert well, told
    for case, said in told.items():
        killed, kept = said.count("killed (SIGKILL)"), said.count("not acknowledged")
        assert killed == kept or case == "save", "who was killed acknowledged nothing"


def counts(**given: int) -> dict[str, int]:
    from tools import faults

    return {getattr(faults, name): count for name, count in given.items()}


def test_seeds_that_struck_too_little_prove_nothing() -> None:
    from tools.faults import proves_too_little

    assert proves_too_little(counts(MISSED=3, ENDING=20, CUT_OFF=10), 30) == []
    assert proves_too_little(counts(MISSED=4, ENDING=20, CUT_OFF=20), 30) == ["4 of 30 seeds struck nothing"]
    assert len(proves_too_little(counts(MISSED=0, ENDING=20, CUT_OFF=9), 30)) == 1
    assert proves_too_little(counts(MISSED=1), 1) == [], "one seed again may be one of those"


def test_what_the_runs_say_is_counted() -> None:
    from tools import faults

    found: Counter[str] = Counter()
    for line in (
        "seed 2: draft: kill at point 2 (before SELECT); killed (SIGKILL), not acknowledged\n",
        "seed 4: draft: full at point 9 (before SELECT); answered, acknowledged\n",
        "seed 6: house: web killed at a point after 1.27 s; 16 acts of s0 acknowledged, nothing was struck, 60 sent\n",
        "NOT WELL seed 8: letters: clock by -86400 s; answered, not acknowledged\n",
    ):
        faults._told(line, "sqlite", found, quiet=True, to=io.StringIO())
    assert found == counts(MISSED=1, ENDING=2, CUT_OFF=1) | {
        "house runs on sqlite": 1,
        "point runs on sqlite": 3,
        "not well": 1,
    }


def test_tables_with_other_numbers_of_rows_are_found() -> None:
    from tests.faults.pointruns import different

    usual = {"a": 1, "b": 2}
    assert list(different({"a": 1, "b": 2}, usual, ())) == []
    assert list(different({"a": 2, "b": 2}, usual, ("a",))) == []
    assert list(different({"a": 1}, usual, ())) == ["b has 0 rows, and 2 when nothing goes wrong"]
    assert list(different({"a": 1, "b": 2, "c": 1}, usual, ())) == ["c has 1 rows, and 0 when nothing goes wrong"]


def test_events_that_differ_from_what_was_acknowledged_are_found() -> None:
    from tests.faults.case import Case
    from tests.faults.events import different_events, wrong_at_once

    act = Case("act", lambda: True, lambda: 1, again=frozenset({"again"}))
    usual = Counter({"done": 1})

    def wrong(came: Counter[str], *, there: bool, told: bool, case: Case = act) -> bool:
        return bool(list(wrong_at_once(case, came, usual, there=there, told=told)))

    assert not wrong(Counter(done=1), there=True, told=True)
    assert not wrong(Counter(done=1), there=True, told=False), "killed after the commit"
    assert not wrong(Counter(), there=False, told=False)
    assert wrong(Counter(), there=True, told=True), "done, and the log is silent"
    assert wrong(Counter(done=1), there=False, told=False), "not done, and the log says so"
    assert wrong(Counter(done=2), there=True, told=True)
    in_parts = replace(act, parts=True)
    assert not wrong(Counter(), there=False, told=False, case=in_parts)
    assert wrong(Counter(), there=False, told=True, case=in_parts)
    later = replace(act, later=True)
    assert not wrong(Counter(done=1), there=False, told=False, case=later)
    assert wrong(Counter(half=1), there=False, told=False, case=later)
    assert list(different_events(Counter(done=1), usual, ())) == []
    assert list(different_events(Counter(done=1, again=1), usual, {"again"})) == []
    assert len(list(different_events(Counter(done=1, other=1), usual, {"again"}))) == 1
    assert len(list(different_events(Counter(), usual, {"again"}))) == 1


def test_the_document_says_how_many_acts_there_are() -> None:
    from tests.faults import houseruns, pointruns, seeds

    text = (ROOT / "docs/explanation/failure.md").read_text()
    assert f"One of {len(pointruns.CASES)} writing paths" in text
    strikes = len(houseruns.STRIKES), len(houseruns.OF_A_SERVER)
    assert f"one of {strikes[0]} things, or of\n{strikes[1]} more (of a database server)" in text
    chosen = {seeds.chosen(seed).case for seed in range(1, 31) if not seeds.in_the_house(seed)}
    assert f"30 seeds have {len(chosen)} of them" in text
    assert f"broken on purpose in {'twelve' if len(FOUND) == 12 else len(FOUND)} ways" in text
