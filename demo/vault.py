"""A vault on this machine: a process of its own, with a store and a root key that nobody else reads."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from demo import files

ROOT = Path(__file__).resolve().parents[1]
FIRST_KEY = "KEYSTORE_WRAPPING_KEY"


def environment(folder: Path, token: str, address: str = "http://localhost:8000") -> dict[str, str]:
    """What a vault in this folder is told: of the register the address where people find it, and no key of it."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT / "src"),
        "VAULT_STORE": str(folder / "vault.sqlite3"),
        "VAULT_ROOTS": str(folder / "roots"),
        "VAULT_ISSUERS": str(folder / "issuers.json"),
        "VAULT_ORIGINS": address,
        "VAULT_TOKEN": token,
    }


def prepare(folder: Path, token: str, issuers: Iterable[tuple[str, str]]) -> None:
    """A store and a root key where none is, and a store of the version before brought to this one. What opens keys are
    identities of these providers (name, issuer)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    believed = [{"name": name, "issuer": issuer, "client_id": "lerarenregister"} for name, issuer in issuers]
    files.write_json(folder / "issuers.json", believed)
    _asked(environment(folder, token), "init")


def command(port: int) -> tuple[object, ...]:
    """What serves it."""
    return (sys.executable, "-m", "vault", "serve", "--port", port)


def set_apart(settings_file: Path, folder: Path) -> None:
    """The key of a first key store, of before there was a vault, goes from the settings to the folder of the vault."""
    known = files.values_in(settings_file)
    if FIRST_KEY in known:
        folder.mkdir(mode=0o700, exist_ok=True)
        files.write_whole(folder / FIRST_KEY.lower(), known.pop(FIRST_KEY))
        files.write_values(settings_file, known)


def take_over(first: Path, folder: Path, token: str, register: dict[str, str]) -> None:
    """Move the keys of a first key store to the vault, and remove it when nothing is left in it. Safe to repeat."""
    key = folder / FIRST_KEY.lower()
    if not first.exists() or not key.exists():
        return
    owners = [sys.executable, str(ROOT / "manage.py"), "key_owners"]
    known = subprocess.run(owners, cwd=ROOT, env=register, check=True, capture_output=True).stdout
    told = environment(folder, token) | {FIRST_KEY: key.read_text(encoding="utf-8")}
    if json.loads(_asked(told, "move", "--from", str(first), given=known).splitlines()[-1])["left"] == 0:
        for end in ("", "-wal", "-shm"):
            first.with_name(first.name + end).unlink(missing_ok=True)
        key.unlink()


def _asked(told: dict[str, str], *arguments: str, given: bytes = b"") -> str:
    command = [sys.executable, "-m", "vault", *arguments]
    done = subprocess.run(command, env=told, input=given, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"De kluis: {done.stderr.decode()[-2000:]}")
    return done.stdout.decode()
