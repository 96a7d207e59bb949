"""The fault harness finds what is broken on purpose, and nothing in the same run of what is whole."""

import os
import subprocess
import sys
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


def struck(case: str, fault: str, *more: str) -> tuple[bool, str]:
    """Whether all was well after this fault at each point of an act, and what was said."""
    environment = {name: value for name, value in os.environ.items() if name not in ("VAR", "DATABASE_URL")}
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults", "sqlite", "--case", case, "--fault", fault, *more]
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    done = subprocess.run(
        command, cwd=ROOT, env=environment | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("sabotage", "case", "fault", "said"),
    [
        ("swallow", "save", "full", "it is there 0 times, and it was acknowledged"),
        ("event_afterwards", "confirm", "kill", "not as many acts as events"),
        ("forget_the_form", "upload", "kill", "it is there 2 times"),
        ("forget_the_key", "close", "kill", "a key is of nobody who has an account"),
    ],
)
def test_what_is_broken_on_purpose_is_found(sabotage: str, case: str, fault: str, said: str) -> None:
    well, told = struck(case, fault, "--sabotage", sabotage)
    assert not well
    assert said in told, told
    assert "NOT WELL" in told


@pytest.mark.parametrize(
    ("case", "fault"), [("save", "full"), ("confirm", "kill"), ("upload", "kill"), ("close", "kill")]
)
def test_without_sabotage_nothing_is_found(case: str, fault: str) -> None:
    well, told = struck(case, fault, "--every", "7")
    assert well, told
    killed, kept = told.count("killed (SIGKILL)"), told.count("not acknowledged")
    assert killed == kept or fault != "kill", "who was killed acknowledged nothing"
