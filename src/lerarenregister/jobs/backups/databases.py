"""Copying the database while it is written in, and putting a copy in an empty place: SQLite by its online backup,
PostgreSQL by `pg_dump` and `pg_restore`, which must be on the PATH."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.conninfo import make_conninfo

from lerarenregister.audit.queries import log_state
from lerarenregister.jobs.backups.folders import REGISTER, BackupRefused, Manifest, new_file, placed, write_backup
from lerarenregister.jobs.invariants import snapshot

_SQLITE, _POSTGRESQL = "register.sqlite3", "register.dump"


def back_up(to: Path, at: datetime) -> tuple[Path, Manifest]:
    """Make a backup of the database as it is at one moment, while writers go on. Returns it with what it says."""
    with snapshot():
        log = log_state()
        manifest = Manifest(
            kind=REGISTER,
            at=at.isoformat(),
            engine=connection.vendor,
            migrations=sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            log_size=log.size,
            log_unsealed=log.unsealed,
            checkpoint=log.checkpoint,
        )
        return write_backup(to, manifest, _copy), manifest


def restore(folder: Path, manifest: Manifest) -> None:
    """Put a backup that was read and found right into our empty database; raises BackupRefused.

    Its place has it whole or stays empty.
    """
    if manifest.engine != connection.vendor:
        raise BackupRefused(f"This is a backup of {manifest.engine}; DATABASE_URL names a {connection.vendor}.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(name for name in set(manifest.migrations) - known if _is_ours(name)):
        raise BackupRefused(f"It was made by a newer version of the register, with {unknown[0]}. Install that one.")
    if connection.introspection.table_names():
        raise BackupRefused("The database is not empty. Restore into a new one; nothing was changed.")
    connection.close()
    if connection.vendor == "sqlite":
        place = Path(str(settings.DATABASES["default"]["NAME"]))
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for beside in (place.with_name(f"{place.name}-wal"), place.with_name(f"{place.name}-shm")):
            beside.unlink(missing_ok=True)  # of the empty database: they must not be taken for the restored one's
        placed(folder / _SQLITE, place, manifest.files[_SQLITE])
        return
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-comments"]
    _run("pg_restore", *options, str((folder / _POSTGRESQL).resolve()))


def _is_ours(migration: str) -> bool:
    """Whether it is of a domain that is installed here: one that can be taken away brings none."""
    return migration.partition(".")[0] in {app.rpartition(".")[2] for app in settings.INSTALLED_APPS}


def _copy(folder: Path) -> None:
    if connection.vendor == "sqlite":
        # The read transaction of the snapshot is that of the copy, too: one step, one moment, nobody waits.
        with closing(sqlite3.connect(new_file(folder / _SQLITE))) as copy:
            connection.connection.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise BackupRefused(f"The database file is damaged; no backup was made: {said}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        moment = cursor.fetchone()[0]
    _run("pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={new_file(folder / _POSTGRESQL)}")


def _run(tool: str, *options: str) -> None:
    """Run a tool of PostgreSQL on our database. The password goes by the environment: anyone can read a command."""
    path = shutil.which(tool)
    if path is None:
        raise BackupRefused(f"{tool} is not on the PATH. Install the client of PostgreSQL, of the server's version.")
    ours = settings.DATABASES["default"]
    names = {"host": ours["HOST"], "port": ours["PORT"], "user": ours["USER"], "dbname": ours["NAME"]}
    where = make_conninfo(**{name: value for name, value in names.items() if value}, **ours.get("OPTIONS", {}))
    environment = {**os.environ, **({"PGPASSWORD": ours["PASSWORD"]} if ours["PASSWORD"] else {})}
    command = [path, f"--dbname={where}", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  (ours)
    if done.returncode != 0:
        raise BackupRefused(f"{tool} failed: {done.stderr.strip()[:1_000]}")
