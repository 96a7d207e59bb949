"""An auditor installs `ballotbox` alone: PyNaCl, and nothing of the register."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from tests.ballotbox.making import make

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "ballotbox"
PROJECT: dict[str, Any] = tomllib.loads((SOURCE / "pyproject.toml").read_text())["project"]
DISTRIBUTIONS = {"nacl": "pynacl", "cryptography": "cryptography"}
"""What pip calls a package that is imported."""


def pip(*arguments: str | Path) -> None:
    quiet = ("-q", "--disable-pip-version-check", "--no-deps", "--no-index")
    command = [sys.executable, "-m", "pip", arguments[0], *quiet, *arguments[1:]]
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def files() -> set[str]:
    """All that stands in the source, without what Python keeps there."""
    return {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*") if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without network; nothing is left in the source."""
    folder, before = tmp_path_factory.mktemp("wheel"), files()
    pip("wheel", "--no-build-isolation", "-w", folder, SOURCE)
    assert files() == before
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder in which it is installed, and one with nothing but PyNaCl."""
    target, sodium = tmp_path_factory.mktemp("alone"), tmp_path_factory.mktemp("sodium")
    pip("install", "--target", target, wheel)
    for name in ("nacl", "_cffi_backend"):
        spec = util.find_spec(name)
        assert spec
        assert spec.origin
        place = Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
        (sodium / place.name).symlink_to(place)
    return target, sodium


def typed(alone: tuple[Path, Path], *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """The installed command, without site-packages and without this repository."""
    target, sodium = alone
    return subprocess.run(
        [sys.executable, "-S", "-P", str(target / "bin" / "ballotbox"), *map(str, arguments)],
        cwd=target,
        env={"PATH": os.defpath, "PYTHONPATH": f"{target}:{sodium}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_has_the_package_and_its_licence_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    code = {name for name in names if ".dist-info/" not in name}
    assert code == {f"ballotbox/{name}" for name in files() if name.endswith(".py")}
    assert not any("test" in name or "lerarenregister" in name for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert (SOURCE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_installed_command_verifies_with_nothing_but_sodium(alone: tuple[Path, Path], tmp_path: Path) -> None:
    made = make(voters=2, singles=1, thresholds=((1, 2),))
    made.vote(0, [[0, 1, 0], [1, 0, 0]])
    made.finish()
    path = tmp_path / "e.bel"
    path.write_bytes(made.archive())
    done = typed(alone, "verify", path, "--require-result", "--cores", "2")
    assert done.returncode == 0, done.stderr
    assert "VALID: every check passed." in done.stdout
    path.write_bytes(made.archive()[:-512])
    assert typed(alone, "verify", path).returncode == 1
    assert typed(alone, "verify", tmp_path / "none.bel").returncode == 2
    assert not any((folder / "django").exists() for folder in alone)


def test_who_encrypts_without_its_library_is_told_which(alone: tuple[Path, Path], tmp_path: Path) -> None:
    done = typed(alone, "trustee", "certificate", "--context", "1/1/1", "--dir", tmp_path)
    assert done.returncode == 0, done.stderr
    name = done.stdout.strip()
    certs, key = tmp_path / f"{name}.cert", tmp_path / f"{name}.key"
    done = typed(alone, "trustee", "polynomial", "--certs", certs, "--key", key)
    assert done.returncode == 2
    assert "ballotbox[trustee]" in done.stderr
    assert "Traceback" not in done.stderr


def imported(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def test_what_it_imports_it_declares_with_the_bounds_of_the_register() -> None:
    names = set().union(*(imported(path) for path in SOURCE.rglob("*.py"))) - sys.stdlib_module_names - {"ballotbox"}
    assert names == set(DISTRIBUTIONS)
    declared = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["trustee"]]
    assert {re.split("[><=]", each)[0] for each in declared} == set(DISTRIBUTIONS.values())
    register = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert set(declared) <= set(register)


def test_only_trustees_need_more_than_sodium() -> None:
    encrypts = {path.name for path in SOURCE.rglob("*.py") if "cryptography" in imported(path)}
    assert encrypts == {"pki.py"}
    assert PROJECT["dependencies"] == ["pynacl>=1.6.2"]


def test_a_reader_that_stops_early_is_no_error_to_read_about(tmp_path: Path) -> None:
    path = tmp_path / "e.bel"
    path.write_bytes(make(voters=1, singles=1, thresholds=()).archive())
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [ROOT / "bin" / "ballotbox", "verify", path], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, "")
