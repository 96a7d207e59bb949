"""What a run keeps in its folder. Everything is written whole: under another name first, then put in its place."""

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path


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
    if path.exists():
        return
    values = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CODE_HASH_KEY": secrets.token_urlsafe(32),
        "PSEUDONYM_KEY": secrets.token_urlsafe(32),
        "KEYSTORE_WRAPPING_KEY": _key(),
        "AUDIT_SIGNING_KEY": _key(),
    }
    lines = ["# Made by the first `make run` on this machine. Without these keys the data can not be read."]
    write_whole(path, "\n".join([*lines, *(f"{name}={value}" for name, value in values.items())]) + "\n")


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


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
