"""What we build on: locked with hashes, under licences of the list, each with a reason, and named in one bill."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from lerarenregister.project.settings import ROOT
from tools import licences, sbom

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HASHED = "a==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def wrong(text: str, *, licence: Callable[[str], str] = lambda _: "MIT", version: str = "1.0") -> list[str]:
    return list(licences.wrong_in(text, exceptions={"b": "why"}, licence=licence, version=lambda _: version))


def test_all_that_is_locked_has_hashes_and_a_licence_of_the_list() -> None:
    assert licences.main() == 0


@pytest.mark.parametrize(
    ("text", "said", "sentence"),
    [
        (HASHED, "GPL-3.0-only", "a is under 'GPL-3.0-only'"),
        (HASHED, "MIT AND SSPL-1.0", "a is under"),
        (HASHED, "(MIT OR SSPL-1.0) AND SSPL-1.0", "a is under"),
        (HASHED, "Proprietary", "a is under"),
        (HASHED, "", "a is under 'an unknown licence'"),
        ("a==1.0\n", "MIT", "a has no hash"),
        ("a==1.0 \\\n    --hash=md5:00\n", "MIT", "a has no hash"),
        ("a>=1.0\n", "MIT", "not name==version"),
        ("a @ git+https://code.example.org/a\n", "MIT", "not name==version"),
        (HASHED.replace("1.0", "1.1"), "MIT", "a 1.0 is installed and 1.1 is locked"),
        (HASHED.replace("1.0 ", "1.0 ; sys_platform == 'win32' "), "MIT", "a is under 'an unknown licence'"),
    ],
)
def test_what_is_wrong_in_a_lock_is_said(text: str, said: str, sentence: str) -> None:
    (found,) = wrong(text, licence=lambda _: said)
    assert sentence in found


@pytest.mark.parametrize("said", ["MIT", "Apache-2.0 OR SSPL-1.0", "MIT AND PSF-2.0"])
def test_a_licence_of_the_list_passes(said: str) -> None:
    assert wrong(HASHED, licence=lambda _: said) == []


def test_an_exception_has_a_reason_and_is_for_building_alone() -> None:
    assert wrong(HASHED.replace("a==", "b=="), licence=lambda _: "GPL-3.0-only") == []
    assert all(len(reason) > 20 for reason in licences.EXCEPTIONS.values())
    run = {each.name for each in licences.locked((ROOT / "requirements" / "run.txt").read_text())}
    assert not set(licences.EXCEPTIONS) & run


def test_what_is_not_installed_is_said() -> None:
    def gone(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    assert list(licences.wrong_in(HASHED, exceptions={}, licence=gone, version=gone)) == [
        "a is not installed: run make check"
    ]


def test_a_part_of_the_stylesheet_has_a_licence_of_the_list_and_a_hash() -> None:
    lock = json.dumps({"packages": {"": {}, "node_modules/a": {"license": "GPL-3.0-only"}}})
    assert len(list(licences.wrong_assets(lock))) == 2
    assert len(list(licences.wrong_assets(lock, exceptions={"a": "a reason"}))) == 1


def test_a_lock_of_npm_names_no_place_to_get_it_from() -> None:
    whole = {"license": "MIT", "integrity": "sha512-AA=="}
    lock = {"packages": {"node_modules/a": whole, "node_modules/b": {**whole, "resolved": "https://example.org/b.tgz"}}}
    assert list(licences.wrong_assets(json.dumps(lock))) == [
        "node_modules/b has an address: npm install --omit-lockfile-registry-resolved"
    ]


@pytest.mark.parametrize("extra", ["", "demo", "dev"])
def test_every_direct_dependency_is_locked_within_its_bounds_and_has_its_reason(extra: str) -> None:
    direct = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    lock = f"{extra or 'run'}.txt"
    locked = {each.name: each.version for each in licences.locked((ROOT / "requirements" / lock).read_text())}
    records = "".join(path.read_text() for path in sorted((ROOT / "docs" / "decisions").glob("*.md")))
    reasons = dict(re.findall(r"^\| `?([a-z0-9-]+)`? \| (.+) \|$", records, flags=re.MULTILINE))
    for each in map(Requirement, direct):
        assert locked[each.name] in each.specifier, each.name
        assert len(reasons.get(each.name, "")) > 5, f"{each.name} has no reason in docs/decisions"


def test_what_is_run_is_locked_the_same_in_the_demo_and_where_it_is_built() -> None:
    run, demo, dev = (
        {(e.name, e.version, e.hashes) for e in licences.locked((ROOT / lock).read_text())} for lock in licences.LOCKS
    )
    assert run < demo < dev
    assert not {"aiosmtpd", "flask"} & {name for name, _, _ in run}


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return sbom.bill()


def test_the_bill_is_cyclonedx_and_names_all_that_is_run(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    named = {each["name"] for each in bill["components"]}
    run = {each.name for each in licences.locked((ROOT / "requirements" / "run.txt").read_text()) if each.here}
    styles = set(json.loads((ROOT / "assets" / "package.json").read_text())["dependencies"])
    assert named == run | styles
    assert all(each["licenses"] and each["externalReferences"][0]["hashes"] for each in bill["components"])


def test_everything_in_the_bill_is_there_because_something_needs_it(bill: dict[str, Any]) -> None:
    refs = {each["bom-ref"] for each in bill["components"]}
    needed = {ref for each in bill["dependencies"] for ref in each.get("dependsOn", [])}
    assert needed == refs


def test_a_wrong_bill_is_refused(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps({**bill, "specVersion": 6})) is not None


def test_anybody_makes_the_same_bytes(monkeypatch: pytest.MonkeyPatch, bill: dict[str, Any]) -> None:
    code = "import json; from tools import sbom; print(json.dumps(sbom.bill(), sort_keys=True))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONPATH": "src:.", "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == bill
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1535760000")
    timed = sbom.bill()
    assert timed["metadata"].pop("timestamp") == "2018-09-01T00:00:00Z"
    assert timed == bill
