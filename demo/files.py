"""What a run keeps in its folder. Everything is written whole: under another name first, then put in its place."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

_KEYS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "CODE_HASH_KEY": lambda: secrets.token_urlsafe(32),
    "PSEUDONYM_KEY": lambda: secrets.token_urlsafe(32),
    "AUDIT_SIGNING_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "VAULT_TOKEN": lambda: secrets.token_urlsafe(32),
}


def write_whole(path: Path, text: str) -> None:
    """A file that only its owner can read; whoever looks sees the old text or the new one, never half of it."""
    half = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def write_json(path: Path, value: object) -> None:
    """A JSON file that only its owner can read."""
    write_whole(path, json.dumps(value, indent=2))


def generate_keys(path: Path) -> None:
    """Random keys for this machine, written once and never again."""
    if not path.exists():
        write_values(path, {})
    complete_keys(path)


def complete_keys(path: Path) -> None:
    """Add a random key for each that is not there yet; those that are there stay."""
    values = values_in(path)
    missing = {name: make() for name, make in _KEYS.items() if name not in values}
    if missing:
        write_values(path, values | missing)


def write_values(path: Path, values: dict[str, str]) -> None:
    """Settings, a line each."""
    lines = ["# Made by the first `make run` on this machine. Without these keys the data can not be read."]
    write_whole(path, "\n".join([*lines, *(f"{name}={value}" for name, value in values.items())]) + "\n")


def values_in(path: Path) -> dict[str, str]:
    """The settings in a file that `write_values` wrote."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def changed(stamp: Path, files: list[Path]) -> bool:
    """Whether a step must be done: never done, or its files changed since."""
    return not stamp.exists() or stamp.read_text(encoding="utf-8") != _value_of(files)


def mark(stamp: Path, files: list[Path]) -> None:
    """Remember that a step was done for these files."""
    write_whole(stamp, _value_of(files))


def _value_of(files: list[Path]) -> str:
    """A value that changes when one of the files changes."""
    digest = hashlib.sha256()
    for each in sorted(path for path in files if path.is_file()):
        status = each.stat()
        digest.update(f"{each}:{status.st_mtime_ns}:{status.st_size}\n".encode())
    return digest.hexdigest()
