"""The removal test (promise 1): with the portfolio gone and unimportable, everything else still works.

"zonder dat hier een werking vanuit gaat": what can be taken away without a trace had no effect.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.test import NO_DATABASE, NO_PART, WALKS

ROOT = Path(__file__).resolve().parents[2]
GONE = ("portfolio", "shared", "insights")
KILLED = [
    f"--ignore=tests/{name}.py"
    for name in (
        "attacks/test_flooding",
        "attacks/test_races",
        "audit/test_sealers_killed",
        "jobs/test_backups",
        "register/test_interrupted",
    )
]
"""What floods, races, or kills processes and starts them anew: slow, and seen with the portfolio."""
SUITE = ("-m", "pytest", "-q", "-m", "not browser and not removal")


@pytest.fixture
def house_without_portfolio(tmp_path: Path) -> Path:
    """A copy of the project from which the domains and their door packages are deleted."""
    leave = shutil.ignore_patterns(
        "__pycache__", "var", ".venv", ".git", "node_modules", "journeys", "architecture", ".*cache"
    )
    files = ("manage.py", "pyproject.toml", "Makefile", "publiccode.yml", "CHANGELOG.md", "LICENSE", ".dockerignore")
    folders = ("src", "tests", "reglement", "demo", "docs", "bench", "tools", "requirements", "assets", "deploy")
    for name in (*folders, *files):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=leave)
        elif source.exists():
            shutil.copy(source, tmp_path / name)
    package = tmp_path / "src" / "lerarenregister"
    for domain in GONE:
        for each in (package / domain, package / "web" / domain, package / "jobs" / domain):
            shutil.rmtree(each, ignore_errors=True)
        for each in (tmp_path / "tests" / domain, tmp_path / "tests" / "web" / domain):
            shutil.rmtree(each, ignore_errors=True)
    shutil.rmtree(tmp_path / "src" / "vault")
    shutil.rmtree(tmp_path / "tests" / "vault", ignore_errors=True)
    return tmp_path


def run(house: Path, *command: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("VAR", "DATABASE_URL")}
    (house / "var").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=house,
        env={"HYPOTHESIS_PROFILE": "again", **environment, "PYTHONPATH": "src:.", "VAR": str(house / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"


def start(house: Path) -> None:
    """The quick half: it is gone, and the rest checks and migrates."""
    leftovers = [path for path in (house / "src").rglob("*.py") if "portfolio" in path.parts]
    assert leftovers == []
    run(house, "manage.py", "check", "--fail-level", "WARNING")
    run(house, "manage.py", "migrate", "--verbosity", "0")
    run(house, "manage.py", "makemigrations", "--check", "--dry-run")


@pytest.mark.removal
def test_without_the_portfolio_everything_else_checks_migrates_and_passes(house_without_portfolio: Path) -> None:
    start(house_without_portfolio)
    run(house_without_portfolio, *SUITE, *WALKS, *NO_DATABASE, *NO_PART, *KILLED, "-n", "2")


def leak(house: Path, module: str, after: str, line: str) -> None:
    """Let a module of the register use the portfolio."""
    file = house / "src" / "lerarenregister" / "register" / module
    text = file.read_text()
    assert after in text
    file.write_text(text.replace(after, f"{after}{line}\n", 1))


@pytest.mark.removal
def test_the_removal_fails_when_the_register_imports_the_portfolio(house_without_portfolio: Path) -> None:
    leak(
        house_without_portfolio,
        "models/people.py",
        "from django.db import models\n",
        "import lerarenregister.portfolio",
    )
    with pytest.raises(AssertionError, match=r"No module named 'lerarenregister\.portfolio'"):
        start(house_without_portfolio)


@pytest.mark.removal
def test_the_removal_fails_when_the_register_asks_the_portfolio_while_it_works(house_without_portfolio: Path) -> None:
    """Hidden in a function and by name: nothing sees it before it runs."""
    leak(
        house_without_portfolio,
        "queries/extract.py",
        "def extract_of(viewer: Viewer) -> Extract:\n",
        "    __import__('importlib').import_module('.'.join(('lerarenregister', 'portfolio')))",
    )
    start(house_without_portfolio)
    with pytest.raises(AssertionError, match=r"No module named 'lerarenregister\.portfolio'"):
        run(house_without_portfolio, *SUITE, "tests/register/test_confirming.py")
