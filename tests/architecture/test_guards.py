"""The house rules hold on the real tree, and each of them fails when it is violated."""

from pathlib import Path

import pytest

from tests.architecture.guards import GUARDS

SRC = Path(__file__).resolve().parents[2] / "src"
MODEL = "from django.db import models\nclass Row(models.Model):\n    "
QUERIES = (
    "from typing import Any\nimport django.db.models as database\nfrom django.db import models\n"
    "from django.db.models import QuerySet\nfrom lerarenregister.register.models import Row\n"
)
FROZEN = "queries return frozen values"
SIBLINGS = "siblings keep opaque ids, no relations to each other"
HIDDEN = "no imports that contracts can not see"
UPWARD = "migrations never depend upwards"
KEYS = "every form has a key"
TWICE = "a form that is sent twice is done once"
UNFROZEN = "from dataclasses import dataclass\n"


def migration(upon: str) -> str:
    return f'class Migration:\n    dependencies = [("{upon}", "0001_initial")]\n'


def query(returns: str) -> tuple[str, str, str]:
    return FROZEN, "register/queries.py", f"{QUERIES}def rows(){returns}:\n    ...\n"


VIOLATIONS = [
    (
        SIBLINGS,
        "register/models.py",
        MODEL + 'entry = models.ForeignKey("portfolio.Entry", on_delete=models.CASCADE, related_name="+")\n',
    ),
    (
        SIBLINGS,
        "register/models.py",
        MODEL + 'entry = models.OneToOneField(to="portfolio.Entry", on_delete=models.CASCADE, related_name="+")\n',
    ),
    (
        "no reverse accessors",
        "register/models.py",
        MODEL + 'row = models.ForeignKey("register.Row", on_delete=models.CASCADE)\n',
    ),
    (
        HIDDEN,
        "register/actions.py",
        'from importlib import import_module\nimport_module("lerarenregister.portfolio")\n',
    ),
    (HIDDEN, "register/actions.py", 'import importlib\nimportlib.import_module("lerarenregister.portfolio")\n'),
    (HIDDEN, "register/actions.py", 'from django.apps import apps\nROWS = apps.get_model("portfolio", "Entry")\n'),
    (HIDDEN, "register/actions.py", "from django.apps import apps\nALL = apps.get_models()\n"),
    (
        HIDDEN,
        "register/actions.py",
        'from django.utils.module_loading import import_string\nimport_string("lerarenregister.portfolio.Entry")\n',
    ),
    (HIDDEN, "register/actions.py", '__import__("lerarenregister.portfolio")\n'),
    ("every folder is a package", "register/loose/part.py", ""),
    (UPWARD, "accounts/migrations/0001_initial.py", migration("register")),
    (UPWARD, "register/migrations/0001_initial.py", migration("portfolio")),
    (UPWARD, "register/migrations/0001_initial.py", migration("assembly")),
    (UPWARD, "register/migrations/0001_initial.py", migration("insights")),
    (UPWARD, "register/migrations/0001_initial.py", migration("person")),
    (UPWARD, "register/migrations/0001_initial.py", migration("web")),
    (UPWARD, "register/migrations/0001_initial.py", migration("jobs")),
    (UPWARD, "register/migrations/0001_initial.py", migration("project")),
    query(""),
    query(" -> Any"),
    query(" -> dict[str, Any]"),
    query(' -> "Any"'),
    query(" -> object"),
    query(" -> QuerySet[int]"),
    query(' -> "QuerySet[Row]"'),
    query(" -> models.QuerySet"),
    query(" -> models.QuerySet[int]"),
    query(" -> models.Manager[int]"),
    query(" -> models.Model"),
    query(" -> list[models.Model]"),
    query(" -> database.Model | None"),
    query(" -> list[Row]"),
    query(' -> "list[Row]"'),
    query(' -> list["Row"]'),
    query(" -> tuple[int, Row | None]"),
    (FROZEN, "register/queries.py", QUERIES + "async def rows() -> list[Row]:\n    ...\n"),
    ("values are frozen", "register/rules.py", UNFROZEN + "@dataclass\nclass Value:\n    a: int\n"),
    ("values are frozen", "register/rules.py", UNFROZEN + "@dataclass(slots=True)\nclass Value:\n    a: int\n"),
    ("values are frozen", "register/rules.py", UNFROZEN + "@dataclass(frozen=False)\nclass Value:\n    a: int\n"),
    ("no drawers", "register/utils.py", ""),
    ("mind the tail", "register/actions.py", "def long() -> None:\n" + "    pass\n" * 61),
    ("mind the tail", "register/actions.py", "A = 1\n" * 401),
    (KEYS, "web/templates/x.html", '<form method="post">{% csrf_token %}<button></button></form>'),
    (
        KEYS,
        "web/templates/x.html",
        '<form class="a" METHOD="POST"\n action="/x/">{% form_token %}{% form_token %}</form>',
    ),
    (KEYS, "web/portfolio/templates/portfolio/x.html", '<form method="post">{% csrf_token %}</form>'),
    (TWICE, "web/views.py", "@require_POST\ndef act(request: int) -> None:\n    ...\n"),
    (TWICE, "web/views.py", '@require_http_methods(["GET", "POST"])\ndef act(request: int) -> None:\n    ...\n'),
    ("a log line tells what it is given", "web/views.py", 'log.warning("it was refused", extra={"why": "token"})\n'),
    ("time comes in from outside", "register/rules.py", "from datetime import datetime\nAT = datetime.now()\n"),
]


@pytest.mark.parametrize("rule", GUARDS)
def test_the_house_keeps_its_rule(rule: str) -> None:
    assert GUARDS[rule](SRC) == [], rule


@pytest.mark.parametrize(("rule", "name", "text"), VIOLATIONS)
def test_each_guard_fails_when_its_rule_is_broken(rule: str, name: str, text: str, tmp_path: Path) -> None:
    package = tmp_path / "lerarenregister"
    for folder in ("", "register", "register/migrations", "portfolio", "accounts", "accounts/migrations"):
        (package / folder).mkdir(parents=True, exist_ok=True)
        (package / folder / "__init__.py").touch()
    if name != "register/models.py":
        (package / "register" / "models.py").write_text(MODEL + "pass\n")
    assert GUARDS[rule](tmp_path) == []
    (package / name).parent.mkdir(parents=True, exist_ok=True)
    (package / name).write_text(text)
    assert len(GUARDS[rule](tmp_path)) == 1


def test_what_a_query_may_return_passes(tmp_path: Path) -> None:
    package = tmp_path / "lerarenregister" / "register"
    package.mkdir(parents=True)
    (package / "models.py").write_text(MODEL + "pass\n")
    (package / "queries.py").write_text(
        "def shown() -> 'list[RowShown]':\n    ...\ndef _rows():\n    ...\ndef number() -> int | None:\n    ...\n"
    )
    assert GUARDS[FROZEN](tmp_path) == []


def test_every_guard_has_its_violation() -> None:
    assert set(GUARDS) == {rule for rule, *_ in VIOLATIONS}
