"""The house rules hold on the real tree, and each of them fails when it is violated."""

from pathlib import Path

import pytest

from tests.architecture.guards import GUARDS

SRC = Path(__file__).resolve().parents[2] / "src"
MODEL = "from django.db import models\nclass Row(models.Model):\n    "
VIOLATIONS = {
    "siblings keep opaque ids, no relations to each other": (
        "register/models.py",
        MODEL + 'entry = models.ForeignKey("portfolio.Entry", on_delete=models.CASCADE, related_name="+")\n',
    ),
    "no reverse accessors": (
        "register/models.py",
        MODEL + 'row = models.ForeignKey("register.Row", on_delete=models.CASCADE)\n',
    ),
    "no imports that contracts can not see": (
        "register/actions.py",
        'from importlib import import_module\nimport_module("lerarenregister.portfolio")\n',
    ),
    "every folder is a package": ("register/loose/part.py", ""),
    "migrations never depend upwards": (
        "accounts/migrations/0001_initial.py",
        'class Migration:\n    dependencies = [("register", "0001_initial")]\n',
    ),
    "queries return frozen values": (
        "register/queries.py",
        "from django.db.models import QuerySet\ndef rows() -> QuerySet[int]:\n    ...\n",
    ),
    "values are frozen": (
        "register/rules.py",
        "from dataclasses import dataclass\n@dataclass\nclass Value:\n    a: int\n",
    ),
    "no drawers": ("register/utils.py", ""),
    "mind the tail": ("register/actions.py", "def long() -> None:\n" + "    pass\n" * 61),
    "time comes in from outside": ("register/rules.py", "from datetime import datetime\nAT = datetime.now()\n"),
}


@pytest.mark.parametrize("rule", GUARDS)
def test_the_house_keeps_its_rule(rule: str) -> None:
    assert GUARDS[rule](SRC) == [], rule


@pytest.mark.parametrize("rule", GUARDS)
def test_each_guard_fails_when_its_rule_is_broken(rule: str, tmp_path: Path) -> None:
    name, text = VIOLATIONS[rule]
    package = tmp_path / "lerarenregister"
    for folder in ("", "register", "portfolio", "accounts", "accounts/migrations"):
        (package / folder).mkdir(parents=True, exist_ok=True)
        (package / folder / "__init__.py").touch()
    assert GUARDS[rule](tmp_path) == []
    (package / name).parent.mkdir(parents=True, exist_ok=True)
    (package / name).write_text(text)
    assert len(GUARDS[rule](tmp_path)) == 1


def test_every_guard_has_its_violation() -> None:
    assert set(GUARDS) == set(VIOLATIONS)
