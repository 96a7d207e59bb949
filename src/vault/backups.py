"""Copies of the store, and letting them go: a key that was erased lives on in them until then.

A copy holds wrapped keys alone. Root keys are never copied: keep them, or their shares, elsewhere. Its name has its
moment and the SHA-256 of its bytes: one file is all there is, and what was damaged since is known from what was made.
"""

import fcntl
import hashlib
import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vault.errors import StoreUnusable

_NAME = re.compile(r"keys-(\d{8}T\d{6}Z)(?:-([0-9a-f]{64}))?\.sqlite3")
"""Copies of before had no hash in their names: of those SQLite itself says whether they are whole."""

KEPT_LEAST = 3
"""So many of the newest copies always stay: a clock that runs ahead makes young ones look old."""

_OF_THE_REGISTER = "register-*/manifest.json"
_CLOCKS_DIFFER = timedelta(minutes=10)


def back_up(store: Path, folder: Path, *, at: datetime) -> Path:
    """A copy of the store while it is in use, checked before it gets its name. Raises StoreUnusable."""
    if not store.exists():
        raise StoreUnusable("there is no store: a backup of nothing is none")
    _refuse_together(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"keys-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    half = folder / f".{name}.sqlite3.part"
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        for left in folder.glob(".keys-*.part*"):  # of one that was killed: nobody else holds the lock
            left.unlink()
        if next(folder.glob(f"{name}*.sqlite3"), None):
            raise StoreUnusable("a backup of this very second is there: nothing was made")
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(store, timeout=20)) as source, closing(sqlite3.connect(half)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            if not _whole(target):
                raise StoreUnusable("the store is damaged: the copy was not kept")
        _sync(half)
        to = folder / f"{name}-{_sha256_of(half)}.sqlite3"
        os.link(half, to)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(f"the backup was not made: {error}") from error
    finally:
        half.unlink(missing_ok=True)
        os.close(held)
    _sync(folder)
    return to


def check(backup: Path) -> None:
    """Raises StoreUnusable when a backup is not, byte for byte, what was made."""
    found = _NAME.fullmatch(backup.name)
    if found is None or not backup.is_file():
        raise StoreUnusable("this is no backup of a store")
    try:
        if found[2]:
            good = _sha256_of(backup) == found[2]
        else:
            with closing(sqlite3.connect(f"file:{backup}?mode=ro&immutable=1", uri=True)) as opened:
                good = _whole(opened)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(f"{backup.name} can not be read: {error}") from error
    if not good:
        raise StoreUnusable(f"{backup.name} is damaged: it is not what was made. Use another one")


def restore(backup: Path, store: Path) -> None:
    """Put a backup where no store is. Raises StoreUnusable, also when one is there: nothing is overwritten."""
    check(backup)
    if any(store.with_name(store.name + end).exists() for end in ("", "-wal", "-shm")):
        raise StoreUnusable("a store is there: a backup is put back where none is")
    store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = store.with_name(f".{store.name}.part")
    try:
        half.unlink(missing_ok=True)
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with (
            closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(half)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
            if not _whole(target):
                raise StoreUnusable("the backup changed while it was read: nothing was put back")
        _sync(half)
        os.link(half, store)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(f"the backup was not put back: {error}") from error
    finally:
        for end in ("", "-wal", "-shm"):
            half.with_name(half.name + end).unlink(missing_ok=True)
    _sync(store.parent)


def expire(folder: Path, *, at: datetime, term: timedelta, after_pause: bool = False) -> tuple[int, int]:
    """Delete copies that have had their term; how many went and how many are left. The newest three always stay, and
    nothing goes while one of them is damaged.

    A wrong clock deletes nothing (StoreUnusable): a copy from the future says that the clock went back; none within
    the term, or the two newest further apart than it, that it leapt ahead. `after_pause`: the operator knows that no
    backups were made for that long.
    """
    found = backups_in(folder)
    if not found:
        raise StoreUnusable("there is no backup here")
    if found[-1][0] > at + _CLOCKS_DIFFER:
        raise StoreUnusable("a backup is from the future: the clock went back; nothing was deleted")
    if found[-1][0] < at - term:
        raise StoreUnusable("no backup is younger than the term: make one first, or the clock leapt ahead")
    if len(found) > 1 and found[-1][0] - found[-2][0] > term and not after_pause:
        raise StoreUnusable("the two newest backups are further apart than the term: see --after-pause")
    due = [path for moment, path in found[:-KEPT_LEAST] if moment <= at - term]
    for _, path in found[-KEPT_LEAST:] if due else ():
        check(path)
    for path in due:
        path.unlink()
    _sync(folder)
    return len(due), len(found) - len(due)


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder with their moments, the oldest first."""
    return sorted((moment_of(path), path) for path in folder.glob("keys-*.sqlite3") if _NAME.fullmatch(path.name))


def _whole(opened: sqlite3.Connection) -> bool:
    return bool(opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_together(folder: Path) -> None:
    """Keys and what they open never lie together: not in one folder, not below it, not in a folder above."""
    folder = folder.resolve()
    places = [*folder.parents, folder, *(each for each in folder.rglob("*") if each.is_dir())]
    if any(next(place.glob(_OF_THE_REGISTER), None) for place in places if os.access(place, os.R_OK)):
        raise StoreUnusable("backups of the register are there: keys and what they open never lie in one folder")


def moment_of(backup: Path) -> datetime:
    """When a backup was made, by its name; raises ValueError for another name."""
    found = _NAME.fullmatch(backup.name)
    if found is None:
        raise ValueError("no name of a backup")
    return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
