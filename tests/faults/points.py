"""Numbered points of a process at which a fault strikes. The product knows nothing of them: they are put in from here.

A point is the moment before or after a statement, a commit, a statement on a file of the vault, or a change of a
file's name or of what is surely on the disk. `Struck` counts them; at the number that was asked for, its fault happens.
"""

import os
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from lerarenregister.kernel import clock
from tools import postgres

KILL, TORN, FULL, PAGES, BROKEN = "kill", "torn", "full", "pages", "broken"
"""The process is killed; killed in the middle of a write to the disk; every write beyond a size fails as on a full
disk; the database file may not grow; the connection to the database breaks."""


@dataclass
class Struck:
    """What strikes, where: `number` counts points from 0, None never strikes and only notes them in `passed`."""

    fault: str = ""
    number: int | None = None
    room: int = 0
    passed: list[str] = field(default_factory=list)
    happened: bool = False
    tell: Callable[[], object] = lambda: None

    def point(self, name: str) -> None:
        """This process is at a point now."""
        here = len(self.passed)
        self.passed.append(name)
        if here == self.number and not self.happened:
            self.happened = True
            self.tell()
            FAULTS[self.fault](self.room)


_now: Struck | None = None
_turn = threading.RLock()


def arm(struck: Struck | None) -> None:
    """From now on the points of this process are those of `struck`."""
    global _now  # noqa: PLW0603  (one for the whole process, as the fault is)
    _now = struck


def passed(name: str) -> None:
    """Called at each point."""
    with _turn:
        if _now is not None:
            _now.point(name)


def kill(_: int = 0) -> None:
    """The end, without a word."""
    os.kill(os.getpid(), signal.SIGKILL)


def fill(room: int) -> None:
    """The disk is full, but for `room` bytes: a longer file can not be written, by us or by our server process."""
    if connection.vendor == "sqlite":
        limit(os.getpid(), largest_file() + room)
    elif connection.connection is not None:
        limit(connection.connection.info.backend_pid, 8_192 * (1 + room // 8_192))


def tear(room: int) -> None:
    """Killed in the middle of writing: the kernel writes as far as the limit, and then ends the process."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    limit(os.getpid(), largest_file() + room)


def limit(process: int, most: int) -> None:
    """No file of this process may grow beyond so many bytes; it may be lifted again."""
    try:
        hard = resource.prlimit(process, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(process, resource.RLIMIT_FSIZE, (most, hard))
    except PermissionError:  # root without all of its powers: only the server's own user may
        said = f"--fsize={most if most >= 0 else 'unlimited'}:"
        done = subprocess.run([*postgres.as_user(), "prlimit", f"--pid={process}", said], check=False)
        if done.returncode and not Path(f"/proc/{process}").exists():
            raise ProcessLookupError(process) from None
        done.check_returncode()


def largest_file() -> int:
    """The size that the write-ahead log of the embedded database has now: what is written next lies behind it."""
    beside = Path(f"{connection.settings_dict['NAME']}-wal")
    return beside.stat().st_size if beside.exists() else 0


def no_more_pages(room: int) -> None:
    """The database file has no room for more than so many new pages: a true SQLITE_FULL."""
    raw = connection.connection
    if raw is not None:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count={pages + room // 16_384}")


def break_connection(_: int) -> None:
    """The wire to the database is cut; both sides find out when they speak."""
    raw = connection.connection
    if raw is not None and not raw.closed:
        with socket.socket(fileno=os.dup(raw.pgconn.socket)) as wire:
            wire.shutdown(socket.SHUT_RDWR)


FAULTS: dict[str, Callable[[int], None]] = {
    KILL: kill,
    TORN: tear,
    FULL: fill,
    PAGES: no_more_pages,
    BROKEN: break_connection,
}


class _Counted(sqlite3.Connection):
    """A connection to the vault's store or a copy, whose statements are points. Django's own come by another door."""

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        passed("before a statement on a file")
        done = super().execute(*arguments)
        passed("after a statement on a file")
        return done


def _around(owner: Any, name: str, said: Callable[..., str]) -> None:
    done = getattr(owner, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        words = said(*arguments)
        passed(f"before {words}")
        result = done(*arguments, **named)
        passed(f"after {words}")
        return result

    setattr(owner, name, counted)


def install() -> None:
    """Put the points in this process, once."""
    if getattr(install, "done", False):
        return
    install.done = True  # type: ignore[attr-defined]
    _around(CursorWrapper, "_execute_with_wrappers", lambda _, sql, *rest: " ".join(str(sql).split()[:3])[:40])
    _around(BaseDatabaseWrapper, "_commit", lambda *_: "the commit")
    for name in ("link", "rename", "replace", "unlink", "fsync", "mkdir"):
        _around(os, name, lambda *_, name=name: f"a file: {name}")
    plainly = sqlite3.connect
    sqlite3.connect = lambda *given, **named: plainly(*given, **{"factory": _Counted} | named)  # type: ignore[assignment]


_real_now, _real_django_now = clock.now, timezone.now


def skew(by: timedelta) -> None:
    """The clock of this process is wrong by so much; the sessions' too."""
    clock.now = lambda: _real_now() + by
    timezone.now = lambda: _real_django_now() + by


def database_error() -> tuple[type[Exception], ...]:
    """What a broken database raises beneath Django."""
    return (sqlite3.Error, psycopg.Error)


def moment() -> datetime:
    """The true moment, whatever the clock of this process says."""
    return _real_now()
