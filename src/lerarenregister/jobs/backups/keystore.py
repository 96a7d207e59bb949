"""Copying the file of the key store, and letting its copies go: a key that was erased lives on in them until then.

The file is copied as it is: wrapped keys under keyed hashes. Nothing is opened, so no key is needed.
"""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

from lerarenregister.jobs.backups.folders import (
    KEYS,
    BackupRefused,
    Manifest,
    backups_in,
    new_file,
    placed,
    sync,
    write_backup,
)

_FILE = "keys.sqlite3"
_CLOCKS_DIFFER = timedelta(minutes=10)


def place_of_store() -> Path:
    """The file that KEYSTORE_URL names."""
    return Path(unquote(urlsplit(settings.KEYSTORE_URL).path[1:]))


def back_up(to: Path, at: datetime) -> Path:
    """Make a backup of the key store while it is in use; raises BackupRefused when there is none."""
    place = place_of_store()
    if not place.exists():
        raise BackupRefused("There is no key store at KEYSTORE_URL; a backup of nothing is none.")

    def copy(folder: Path) -> None:
        source = sqlite3.connect(f"file:{quote(str(place.resolve()))}?mode=ro", uri=True, timeout=20)
        with closing(source), closing(sqlite3.connect(new_file(folder / _FILE))) as target:
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")

    return write_backup(to, Manifest(kind=KEYS, at=at.isoformat(), engine="sqlite"), copy)


def restore(folder: Path, manifest: Manifest) -> None:
    """Put a backup of the keys where no key store is; raises BackupRefused."""
    place = place_of_store()
    if any(place.with_name(f"{place.name}{end}").exists() for end in ("", "-wal", "-shm")):
        raise BackupRefused(f"{place} is there: keys are restored where no key store is. Nothing was changed.")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    placed(folder / _FILE, place, manifest.files[_FILE])


def expire(folder: Path, *, at: datetime, term: timedelta, after_pause: bool = False) -> tuple[int, int]:
    """Delete backups of keys that have had their term; returns how many went and how many are left.

    A wrong clock deletes nothing (BackupRefused): a backup from the future says that the clock went back; no backup
    within the term, or two newest further apart than the term, that it leapt ahead. `after_pause`: the operator knows
    that no backups were made for that long. The newest always stays.
    """
    found = backups_in(folder, KEYS)
    if not found:
        raise BackupRefused(f"There is no backup of keys in {folder}.")
    moments = [manifest.moment for manifest, _ in found]
    if moments[-1] > at + _CLOCKS_DIFFER:
        raise BackupRefused("A backup is from the future: the clock went back. Nothing was deleted.")
    if moments[-1] < at - term:
        raise BackupRefused(
            "No backup is younger than the term: make one first, or the clock leapt ahead. Nothing was deleted."
        )
    if len(moments) > 1 and moments[-1] - moments[-2] > term and not after_pause:
        raise BackupRefused(
            "The two newest backups are further apart than the term: the clock leapt, or nobody made backups. "
            "If you know that it was the second, add --after-pause. Nothing was deleted."
        )
    due = [path for manifest, path in found[:-1] if manifest.moment <= at - term]
    for path in due:
        shutil.rmtree(path)
    sync(folder)
    return len(due), len(found) - len(due)
