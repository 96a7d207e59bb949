"""Each import contract holds on the real tree and fails, quoting its promise, when it is violated."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIOLATIONS = [
    ("The stack", "accounts/errors.py", "from lerarenregister.register import rules"),
    ("The rooms of a domain", "accounts/models.py", "from lerarenregister.accounts import actions"),
    ("Promise 1: the portfolio is an open space", "register/errors.py", "import lerarenregister.portfolio.rules"),
    # By a detour: the kernel, that everything may import, imports the portfolio.
    ("Promise 1: the portfolio is an open space", "kernel/clock.py", "import lerarenregister.portfolio.rules"),
    ("Promise 1: portfolio events", "portfolio/errors.py", "from lerarenregister.audit import actions"),
    ("Promise 1: portfolio events", "kernel/clock.py", "from lerarenregister.audit import actions"),
    ("Promise 2: only the teacher", "web/site/views.py", "from lerarenregister.portfolio import queries"),
    ("Promise 2: a shared copy", "web/site/views.py", "from lerarenregister.portfolio.sharing import queries"),
    ("Promise 2: who reads a copy", "web/shared/views.py", "from lerarenregister.web.portfolio import files"),
    ("Promise 2: a key opens", "web/accounts/views.py", "import vault"),
    ("Promise 3: what the profession", "web/portfolio/views.py", "from lerarenregister.portfolio import gate"),
    ("Promise 3: what the profession", "jobs/portfolio/due.py", "from lerarenregister.portfolio import gate"),
    ("Promise 4: who checks an election", "../ballotbox/checks.py", "import django"),
    ("The modules of ballotbox", "../ballotbox/group.py", "from ballotbox import box"),
    ("The vault stands", "../vault/store.py", "import django"),
    ("The modules of the vault", "../vault/store.py", "from vault import tokens"),
    ("Rules and kernel", "kernel/periods.py", "import django"),
    ("Doors never touch", "web/site/views.py", "from lerarenregister.audit import models"),
    ("No cycles", "accounts/errors.py", "from lerarenregister.accounts import permissions"),
]


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--config", tree / ".importlinter.toml", "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("static", "templates", "__pycache__"))
    shutil.copy(ROOT / ".importlinter.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(tree: Path) -> None:
    done = lint(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "name", "line"), VIOLATIONS)
def test_each_contract_fails_when_it_is_violated(contract: str, name: str, line: str, tree: Path) -> None:
    module = tree / "src" / "lerarenregister" / name
    module.write_text(module.read_text() + f"\n{line}\n")
    done = lint(tree)
    broken = [each for each in done.stdout.splitlines() if each.startswith(contract) and each.endswith("BROKEN")]
    assert done.returncode == 1
    assert broken, done.stdout


def test_every_contract_has_its_violation() -> None:
    contracts = tomllib.loads((ROOT / ".importlinter.toml").read_text())["tool"]["importlinter"]["contracts"]
    for each in contracts:
        assert any(each["name"].startswith(contract) for contract, _, _ in VIOLATIONS), each["name"]
