"""Lighthouse counts a page only when it saw that page, and says what it needs when it is not there."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as bench
from bench import lighthouse, places


def page(*performances: float, seen: str = "http://localhost:1/hulp/", error: str = "") -> dict[str, object]:
    """A page with a run for each score."""
    runs = [
        {"url": seen, "error": error, "performance": score, "accessibility": 0.96, "bytes": 20_000, "assets": 9_000}
        | {"paint": 1_200, "failing": ["color-contrast"]}
        for score in performances
    ]
    return {"name": "help", "url": "http://localhost:1/hulp/", "runs": runs}


def test_the_median_of_the_runs_counts_and_what_fails_is_named() -> None:
    performance, accessibility = lighthouse.measures([page(0.2, 0.95, 0.9)])
    assert (performance.ours, performance.met) == (10, False)
    assert performance.note == "20 kB, of which style and scripts 9; largest paint 1.2 s"
    assert (accessibility.ours, accessibility.met, accessibility.note) == (4, True, "color-contrast")


@pytest.mark.parametrize("run", [{"seen": "http://localhost:1/inloggen/?verder=/"}, {"error": "no answer"}])
def test_a_page_that_was_not_seen_is_no_measure(run: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="help was not seen"):
        lighthouse.measures([page(1.0, **run)])


def test_one_run_of_three_that_could_not_be_finished_is_left_out_and_two_are_too_many() -> None:
    runs = [run for score in (0.0, 0.9, 1.0) for run in page(score)["runs"]]  # type: ignore[attr-defined]
    runs[0]["error"] = "no trace"
    performance, _ = lighthouse.measures([{**page(), "runs": runs}])
    assert performance.ours == 5
    runs[1]["error"] = "no trace"
    with pytest.raises(RuntimeError, match="no trace"):
        lighthouse.measures([{**page(), "runs": runs}])


def test_when_it_is_not_installed_it_says_how_and_nothing_crashes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(places, "AUDIT", tmp_path)
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results")
    monkeypatch.setattr("sys.argv", ["bench", "lighthouse", "--databases", "sqlite"])
    assert bench.main() == 0
    assert "npm ci" in capsys.readouterr().err
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "Chromium" in places.audit_missing()
