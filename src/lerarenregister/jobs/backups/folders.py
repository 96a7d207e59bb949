"""A backup is a folder with its files and a manifest that says what is in them. It is there whole or not at all."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

REGISTER = "register"
KEYS = "keys-*.sqlite3"
"""How backups of the vault are called, which it makes itself."""

MANIFEST = "manifest.json"
_FORMAT = 1
_CHUNK = 1 << 20


class BackupRefused(Exception):
    """A backup is not made or not used; the sentence says why, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: of what, when, on which database, with which migrations, how far the log went (its
    size, and its last signed head), and the SHA-256 of each file."""

    kind: str
    at: str
    engine: str
    migrations: list[str] = field(default_factory=list)
    log_size: int = 0
    log_unsealed: int = 0
    checkpoint: str = ""
    files: dict[str, str] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.at)


def write_backup(to: Path, manifest: Manifest, write: Callable[[Path], None], *, most_open: int = 0o700) -> Path:
    """Make a backup below `to`: `write` fills a folder beside its place, which then gets its name. Returns the backup.

    Whatever stops it leaves nothing that looks like a backup. Files are readable by their owner alone, and on the disk
    before the name is there.
    """
    to.mkdir(mode=most_open, parents=True, exist_ok=True)
    name = f"{manifest.kind}-{manifest.moment:%Y%m%dT%H%M%S.%fZ}"
    beside = to / f".{name}.{os.urandom(4).hex()}"
    with locked(to):
        _clear_remains(to, manifest.kind)
        beside.mkdir(mode=0o700)
        held = os.open(beside, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        write(beside)
        hashes = {path.name: sha256_of(path) for path in sorted(beside.iterdir())}
        said = {"format": _FORMAT, **asdict(manifest), "files": hashes}
        with new_file(beside / MANIFEST).open("w") as file:
            json.dump(said, file, indent=1)
        for path in beside.iterdir():
            path.chmod(0o600)
            sync(path)
        sync(beside)
        beside.rename(to / name)
        sync(to)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    finally:
        os.close(held)
    return to / name


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone in this folder. The lock leaves no file behind, and ends with the process that holds it."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _clear_remains(to: Path, kind: str) -> None:
    """Remove what was left by a backup that was killed: it holds people's data, and nobody holds its lock."""
    for beside in to.glob(f".{kind}-*"):
        held = os.open(beside, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # another one is being made
        else:
            shutil.rmtree(beside)
        finally:
            os.close(held)


def read_backup(folder: Path) -> Manifest:
    """The manifest of a backup whose every file has the bytes it says; raises BackupRefused."""
    manifest = manifest_of(folder)
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupRefused(f"{path} is missing.")
        if sha256_of(path) != expected:
            raise BackupRefused(f"{path} is not what was backed up: its SHA-256 differs.")
    return manifest


def manifest_of(folder: Path) -> Manifest:
    """The manifest of a backup, its files not looked at; raises BackupRefused."""
    try:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if said.pop("format") != _FORMAT or not said["files"]:
            raise ValueError("format")
        manifest = Manifest(**said)
        if manifest.moment.tzinfo is None or any(Path(name).name != name for name in manifest.files):
            raise ValueError("form")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused(f"{folder} is no backup of ours: its manifest can not be read.") from error
    return manifest


def backups_in(folder: Path, kind: str) -> list[tuple[Manifest, Path]]:
    """The backups of this kind in a folder, the oldest first."""
    found = []
    for path in folder.glob(f"{kind}-*"):
        if (path / MANIFEST).exists():
            found.append((manifest_of(path), path))
    return sorted(found, key=lambda each: each[0].moment)


def refuse_beside_keys(to: Path) -> None:
    """Keys and what they open never lie together: not in one folder, not below it, not in a folder above."""
    to = to.resolve()
    above = (path for folder in (to, *to.parents) for path in folder.glob(KEYS))
    below = to.rglob(KEYS) if to.is_dir() else iter(())
    with suppress(PermissionError):
        for found in _both(above, below):
            raise BackupRefused(
                f"{found} is there: backups of the database and of the keys never lie in one folder. "
                "Name another one, on another machine."
            )


def _both(first: Iterator[Path], second: Iterator[Path]) -> Iterator[Path]:
    yield from first
    yield from second


def new_file(path: Path) -> Path:
    """A new, empty file that its owner alone can read."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimals."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def placed(source: Path, place: Path, expected: str) -> None:
    """Copy a file to its place, whole or not at all; raises BackupRefused when it changed after it was checked."""
    beside = new_file(place.with_name(f".{place.name}.{os.urandom(4).hex()}"))
    try:
        shutil.copyfile(source, beside)
        if sha256_of(beside) != expected:
            raise BackupRefused(f"{source} changed while it was read. Nothing was restored.")
        sync(beside)
        beside.rename(place)
        sync(place.parent)
    finally:
        beside.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
