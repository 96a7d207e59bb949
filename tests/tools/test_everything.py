"""What `make test` says at its end: what was not run is named, and forgiven only where it may be."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import postgres
from tools import test as everything

POSTGRESQL = "the suite on PostgreSQL: apt-get install postgresql postgresql-contrib"
CHROMIUM = "the journeys: apt-get install chromium"


def whole(missing: list[str], *, real_input: bool = True, partial: bool = False, in_ci: bool = False) -> bool:
    lines, found = everything.verdict(True, missing, real_input=real_input, partial=partial, in_ci=in_ci)
    assert lines[-1] == ("all passed" if found else "FAILED: see above")
    assert [line for line in lines if line.startswith("NOT RUN")][: len(missing)] == [
        f"NOT RUN: {it}" for it in missing
    ]
    assert any("REAL_DATA" in line for line in lines) is not real_input
    return found


@pytest.mark.parametrize("missing", [[POSTGRESQL], [CHROMIUM], [POSTGRESQL, CHROMIUM]])
def test_what_this_machine_lacks_fails_unless_partial_says_so_and_always_in_ci(missing: list[str]) -> None:
    assert not whole(missing)
    assert whole(missing, partial=True)
    assert not whole(missing, in_ci=True)
    assert not whole(missing, partial=True, in_ci=True)


@pytest.mark.parametrize("partial", [False, True])
def test_in_ci_the_tests_on_real_input_must_run(partial: bool) -> None:
    assert not whole([], real_input=False, partial=partial, in_ci=True)
    assert whole([], real_input=False, partial=partial)
    assert whole([], partial=partial, in_ci=True)


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("in_ci", [False, True])
def test_nothing_forgives_a_failure(partial: bool, in_ci: bool) -> None:
    lines, found = everything.verdict(False, [], real_input=True, partial=partial, in_ci=in_ci)
    assert (lines, found) == (["FAILED: see above"], False)


def test_without_postgresql_or_chromium_it_names_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    monkeypatch.setattr(postgres, "install", lambda: None)
    monkeypatch.setattr(everything, "chromium", lambda: None)
    missing: list[str] = []
    assert everything.on_postgresql(missing, {})
    assert everything.in_browser(missing, {})
    assert missing == [POSTGRESQL, CHROMIUM]


@pytest.mark.parametrize("whole", ["0", "1"])
def test_on_postgresql_nothing_is_left_out_when_the_whole_is_asked(whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[object]] = []
    monkeypatch.setenv("WHOLE", whole)
    monkeypatch.setattr(everything, "has_postgresql", lambda: True)
    monkeypatch.setattr(postgres, "server", lambda: contextlib.nullcontext("postgresql://nowhere"))
    monkeypatch.setattr(everything, "run", lambda _, command, **__: bool(ran.append(command)) or True)
    assert everything.on_postgresql([], {})
    (command,) = ran
    left_out = [part for part in command if str(part).startswith("--ignore")]
    assert bool(left_out) is (whole == "0")
    assert set(everything.WALKS) <= set(map(str, left_out)) or whole == "1"


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("false", 0)])
def test_the_command_itself_fails_in_ci_without_real_input(
    tmp_path: Path, ci: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("REAL_DATA", str(tmp_path / "absent"))
    monkeypatch.setattr(everything, "CHECKS", {"nothing": [sys.executable, "-c", ""]})
    monkeypatch.setattr(sys, "argv", ["test.py", "--only", "checks"])
    assert everything.main() == code
    assert "NOT RUN: the tests on real input" in capsys.readouterr().out


@pytest.mark.parametrize(("partial", "code"), [("1", 0), ("0", 1)])
def test_the_command_itself_is_partial_only_when_asked(
    partial: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "false")
    monkeypatch.setenv("PARTIAL", partial)
    monkeypatch.setattr(everything, "chromium", lambda: None)
    monkeypatch.setattr(sys, "argv", ["test.py", "--only", "browser"])
    assert everything.main() == code
    assert f"NOT RUN: {CHROMIUM}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("journeys", "unsteady"),
    [
        ({"test_a": [True]}, []),
        ({"test_a": [True], "test_b": [False, True]}, ["test_b"]),
        ({"test_a": [True], "test_b": [False, False]}, None),
        ({f"test_{name}": [False, True] for name in "abc"}, ["test_a", "test_b", "test_c"]),
        ({f"test_{name}": [False, True] for name in "abcd"}, None),
    ],
)
def test_a_few_journeys_get_a_second_chance_and_are_named(
    tmp_path: Path,
    journeys: dict[str, list[bool]],
    unsteady: list[str] | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "tests" / "journeys"
    folder.mkdir(parents=True)
    (folder / "test_some.py").write_text(
        "\n".join(
            f"def {name}():\n    from pathlib import Path\n    count = Path({str(tmp_path / name)!r})\n"
            f"    before = len(count.read_text()) if count.exists() else 0\n    count.write_text('x' * (before + 1))\n"
            f"    assert {results}[before]\n"
            for name, results in journeys.items()
        )
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist"]
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(everything, "ROOT", tmp_path)
    monkeypatch.setattr(everything, "JOURNEYS", command)
    monkeypatch.setattr(everything, "chromium", lambda: sys.executable)
    assert everything.in_browser([], {}) is (unsteady is not None)
    said = [line.rpartition("::")[2] for line in capsys.readouterr().out.splitlines() if line.startswith("UNSTEADY")]
    assert said == (unsteady or [])


def test_the_command_of_the_journeys_itself_knows_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(everything.ROOT / "pyproject.toml", tmp_path)
    folder = tmp_path / "tests" / "journeys"
    folder.mkdir(parents=True)
    (folder / "test_some.py").write_text(
        "import pathlib\nimport pytest\n\n@pytest.mark.browser\ndef test_once():\n"
        f"    came = pathlib.Path({str(tmp_path / 'came')!r})\n"
        "    before = came.exists()\n    came.touch()\n    assert before\n"
    )
    found_by = os.pathsep.join(str(everything.ROOT / part) for part in ("src", "."))
    monkeypatch.setattr(everything, "chromium", lambda: sys.executable)
    monkeypatch.setattr(everything, "ROOT", tmp_path)
    assert everything.in_browser([], {"PYTHONPATH": found_by})
    assert "UNSTEADY, failed once and then passed: tests/journeys/test_some.py::test_once" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ([], "--port 8000"),
        (["PORT=9000"], "--port 9000"),
        (["PORT=9000", "TEACHERS=30"], "--port 9000 --teachers 30"),
    ],
)
def test_make_run_asks_for_a_number_of_people_only_when_one_is_given(given: list[str], command: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PORT", "TEACHERS", "MAKEFLAGS")}
    make = ["make", "--no-print-directory", "-n", "-o", ".venv/run.stamp", "run", *given]
    said = subprocess.run(make, cwd=everything.ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.strip().endswith(f"-m demo.run {command}")
