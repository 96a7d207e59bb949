"""Documents name only what exists: files, tests and links. And each run-time library says what it is for."""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import get_commands

from lerarenregister.accounts.oidc.providers import Provider
from lerarenregister.project import settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md"), *ROOT.glob("*.md")])
NAMED = re.compile(r"`((?:src|tests|docs|demo|tools|bench|reglement|requirements)/[\w./-]+)(::\w+)?`")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")


OF_VAULT = re.findall(r'"(VAULT_[A-Z]+)"', (ROOT / "src" / "vault" / "settings.py").read_text(encoding="utf-8"))
OF_FIRST_STORE = ("KEYSTORE_URL", "KEYSTORE_WRAPPING_KEY")
"""What an installation of before the vault has, and gives to `python -m vault move`."""


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_test_and_link_that_a_page_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    wrong = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    for path, test in NAMED.findall(text):
        file = ROOT / path
        if not file.exists() or (test and f"def {test[2:]}(" not in file.read_text(encoding="utf-8")):
            wrong.append(path + test)
    assert wrong == []


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_and_setting_that_a_page_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    if "how-to" in document.parts:
        assert set(re.findall(r"`([A-Z]+_[A-Z_]+)`", text)) <= {*settings.DOCUMENTED, *OF_VAULT, *OF_FIRST_STORE}


def test_the_providers_in_the_how_to_are_read_and_every_field_is_described() -> None:
    text = (ROOT / "docs" / "how-to" / "operate.md").read_text(encoding="utf-8")
    found = re.search(r"```json\n(.*?)```", text, flags=re.DOTALL)
    assert found
    (entry,) = json.loads(found.group(1))
    provider = Provider.parse(entry)
    described = {name for row in re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE) for name in row.split("`")}
    assert set(entry) == {each.name for each in fields(provider)} <= described


def test_every_run_time_library_has_its_line() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = sorted(re.split(r"[\[><=]", each)[0] for each in wanted)
    record = (ROOT / "docs" / "decisions" / "0002-libraries.md").read_text()
    assert re.findall(r"^\| ([a-z0-9-]+) \|", record, flags=re.M) == names
