"""A folder of before the vault: its keys move to the vault, and the key of the first store leaves the settings."""

import base64
import json
import os
from pathlib import Path
from uuid import uuid4

import pytest

pytest.importorskip("vault", reason="there is no vault without the portfolio")
from demo import files, vault
from tests import vaults
from tests.vault.signing import EID
from tests.vault.test_moving import OldStore

WRAPPING_KEY = base64.b64encode(b"w" * 32).decode()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A folder with a first store and its key in the settings, and the vault that was just made."""
    files.write_values(tmp_path / "settings.env", {"SECRET_KEY": "x" * 50, vault.FIRST_KEY: WRAPPING_KEY})
    vault.set_apart(tmp_path / "settings.env", tmp_path / "vault")
    vault.prepare(tmp_path / "vault", vaults.TOKEN, [("eID", EID.issuer)])
    return tmp_path


def naming(folder: Path, *lines: dict[str, str]) -> dict[str, str]:
    """An environment in which `manage.py key_owners` says these lines."""
    (folder / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'key_owners' in sys.argv:\n"
        f"    sys.stdout.write({''.join(json.dumps(each) + chr(10) for each in lines)!r})\n"
        "    sys.stdout.flush()\n"
        "    import os\n"
        "    os._exit(0)\n"
    )
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}


def test_the_key_of_the_first_store_leaves_the_settings_and_is_its_owners_alone(var: Path) -> None:
    assert vault.FIRST_KEY not in files.values_in(var / "settings.env")
    assert files.values_in(var / "settings.env")["SECRET_KEY"] == "x" * 50
    kept = var / "vault" / vault.FIRST_KEY.lower()
    assert kept.read_text() == WRAPPING_KEY
    assert kept.stat().st_mode & 0o077 == 0
    vault.set_apart(var / "settings.env", var / "vault")
    assert kept.read_text() == WRAPPING_KEY


def test_when_all_keys_have_moved_the_first_store_and_its_key_go(var: Path) -> None:
    old, account, first = OldStore(var / "keys.sqlite3"), uuid4(), var / "keys.sqlite3"
    old.add("anna", account)
    old.add("nobody any more", uuid4())
    anna = {"issuer": EID.issuer, "subject": "anna", "account": str(account), "key": "0a" * 16}
    vault.take_over(first, var / "vault", vaults.TOKEN, naming(var, anna))
    assert first.exists(), "somebody's key is still there"
    assert (var / "vault" / vault.FIRST_KEY.lower()).exists()
    old.do("DELETE FROM wrapped_key")
    vault.take_over(first, var / "vault", vaults.TOKEN, naming(var, anna))
    assert list(var.glob("keys.sqlite3*")) == []
    assert not (var / "vault" / vault.FIRST_KEY.lower()).exists()
    vault.take_over(first, var / "vault", vaults.TOKEN, naming(var, anna))


def test_with_another_key_nothing_moves_and_nothing_goes(var: Path) -> None:
    first = var / "keys.sqlite3"
    OldStore(first, b"o" * 32).add("anna", uuid4())
    with pytest.raises(SystemExit, match="De kluis"):
        vault.take_over(first, var / "vault", vaults.TOKEN, naming(var))
    assert first.exists()
    assert (var / "vault" / vault.FIRST_KEY.lower()).exists()
