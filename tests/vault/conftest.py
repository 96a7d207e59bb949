"""A vault in a folder of the test's own, that believes two providers."""

from pathlib import Path

import pytest

from tests.vault.signing import BOTH, Providers
from vault.roots import Roots, make_file
from vault.service import Vault
from vault.tokens import Issuers


@pytest.fixture
def providers() -> Providers:
    return Providers()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "vault"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder in which there is no vault yet."""
    made = tmp_path / "empty"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def vault(folder: Path, providers: Providers) -> Vault:
    make_file(folder / "roots")
    Vault.make(folder / "vault.sqlite3", Roots(folder / "roots"))
    return connected(folder, providers)


def connected(folder: Path, providers: Providers) -> Vault:
    """The vault that is in a folder."""
    return Vault(folder / "vault.sqlite3", Roots(folder / "roots"), Issuers(BOTH, providers.fetch))


def on_disk(folder: Path) -> bytes:
    """Everything that a folder holds."""
    return b"".join(each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file())
