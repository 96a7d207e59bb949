"""A small restore drill: nothing that was acknowledged before the backup is lost, and what is lost is counted."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

pytest.importorskip("vault", reason="the drill opens portfolios")
from tools import drill


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="`make restore-drill` does it on PostgreSQL: it takes a minute"
)
def test_restored_after_everything_was_killed_nothing_from_before_the_backup_is_lost(tmp_path: Path) -> None:
    (result,) = drill.drill_sqlite(tmp_path, acts=6)
    assert result.well, result
    assert result.before >= 12
    assert 0 < result.lost_after <= result.after, "people worked on after the backup, and the drill counts that"
    assert result.opened > 0


def test_the_drill_is_not_well_when_something_is_lost_that_may_not_be() -> None:
    well = drill.Result("r", 10, 0, 5, 5, nothing_may_be_lost=False, opened=3, seconds=1.0)
    assert well.well
    assert not replace(well, lost_before=1).well
    assert not replace(well, nothing_may_be_lost=True).well
    assert not replace(well, opened=0).well
    assert "of 5 after it 5 lost" in str(well)
