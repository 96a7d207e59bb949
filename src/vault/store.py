"""The vault's own SQLite file: wrapped keys under keyed hashes, what was opened when, and what is spent.

Writes that come together are committed together: one of the waiting threads writes for all, so that a durable commit
(`synchronous=FULL`) is shared. Nothing here knows a key or opens one.
"""

import fcntl
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from vault.errors import StoreUnusable, VaultError

VERSION = 3
_TOGETHER = 256
_TABLES = (
    """
-- A key that is held. The checks are hashes of tickets that only who has the key can make.
CREATE TABLE key (
    id BLOB PRIMARY KEY,
    log_check BLOB NOT NULL UNIQUE,
    erase_check BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('held', 'arriving'))
) WITHOUT ROWID;
"""
    + (
        _HOLDER := """
-- What opens it: an identity, a recovery code, a passkey. Each has the key wrapped for itself.
CREATE TABLE holder (
    locator BLOB PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    key BLOB NOT NULL REFERENCES key (id),
    kind TEXT NOT NULL CHECK (kind IN ('identity', 'recovery', 'passkey')),
    label TEXT NOT NULL,
    since TEXT NOT NULL,
    root BLOB NOT NULL,
    envelope BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX holder_key ON holder (key);
CREATE INDEX holder_root ON holder (root);
-- What a passkey is recognised by: its id and public key, as its maker gave them, and how often it says that it signed.
-- The locator of its holder is a keyed hash of both, so that neither can be changed without the secrets of the store.
CREATE TABLE passkey (
    holder BLOB PRIMARY KEY REFERENCES holder (id) ON DELETE CASCADE,
    credential BLOB NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    used TEXT NOT NULL
) WITHOUT ROWID;
"""
    )
    + """
-- The log: what happened with a key. She reads it, and it goes when the key goes.
CREATE TABLE line (
    number INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    at TEXT NOT NULL,
    act TEXT NOT NULL,
    via TEXT NOT NULL
);
CREATE INDEX line_key ON line (key, number);
CREATE TABLE spent (nonce BLOB PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE proof (mark BLOB PRIMARY KEY, key BLOB NOT NULL, locator BLOB NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE wrong_code (number INTEGER PRIMARY KEY, locator BLOB NOT NULL, at TEXT NOT NULL);
CREATE INDEX wrong_code_locator ON wrong_code (locator, at);
CREATE TABLE secret (name TEXT PRIMARY KEY, root BLOB NOT NULL, envelope BLOB NOT NULL) WITHOUT ROWID;
"""
)
Given = TypeVar("Given")
Rows = list[tuple[Any, ...]]


@dataclass
class _Waiting(Generic[Given]):
    """A write that waits for its commit, and what came of it."""

    act: Callable[[sqlite3.Connection], Given]
    given: Given | None = None
    error: Exception | None = None
    done: bool = False


class Store:
    """The store at a path. Threads share it; raises StoreUnusable when the file does not open or take a write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn, self._queue_lock = threading.Lock(), threading.Lock()
        self._queue: list[_Waiting[Any]] = []
        self._own = threading.local()
        self._writer: sqlite3.Connection | None = None

    def read(self, query: str, *values: object) -> Rows:
        """The rows of a query, on a connection of this thread."""
        try:
            return cast(Rows, self._reader().execute(query, values).fetchall())
        except sqlite3.Error as error:
            raise StoreUnusable(f"the store can not be read: {error}") from error

    def write(self, act: Callable[[sqlite3.Connection], Given]) -> Given:
        """What the act gives, when all it wrote is durable. It writes all or nothing, and raises what it raises."""
        waiting: _Waiting[Given] = _Waiting(act)
        with self._queue_lock:
            self._queue.append(waiting)
        with self._turn:
            while not waiting.done:
                self._commit_waiting()
        if waiting.error is not None:
            raise waiting.error
        return cast(Given, waiting.given)

    def write_many(self, query: str, rows: Sequence[tuple[object, ...]]) -> None:
        """The same statement for each of these rows, committed at once."""
        self.write(lambda connection: connection.executemany(query, rows))

    def _commit_waiting(self) -> None:
        """Write what waits until now, and commit it at once. Called by one thread at a time."""
        with self._queue_lock:
            together, self._queue = self._queue[:_TOGETHER], self._queue[_TOGETHER:]
        try:
            writer = self._connected()
            writer.execute("BEGIN IMMEDIATE")
            for each in together:
                self._act(writer, each)
            writer.execute("COMMIT")
        except Exception as error:  # whatever it is: nobody may hear that something was written
            self._forget_writer()
            for each in together:
                each.error = each.error or StoreUnusable(f"the store does not take a write: {error}")
        for each in together:
            each.done = True

    def _act(self, writer: sqlite3.Connection, waiting: _Waiting[Any]) -> None:
        writer.execute("SAVEPOINT act")
        try:
            waiting.given = waiting.act(writer)
        except (VaultError, sqlite3.IntegrityError) as error:
            waiting.error = error
            writer.execute("ROLLBACK TO act")
        writer.execute("RELEASE act")

    def _connected(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = _connect(self.path)
        return self._writer

    def _forget_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(sqlite3.Error):
                writer.close()

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = _connect(self.path)
        return reader

    def write_anew(self) -> None:
        """Write the whole file anew, and empty the log. What is overwritten is zeroed in its place, but a page that was
        split may hold an earlier copy of a row in the room between; only a new file holds nothing but what is kept."""
        with self._turn:
            try:
                self._connected().execute("VACUUM")
            except sqlite3.Error as error:
                raise StoreUnusable(f"the store does not take a write: {error}") from error
        self.wipe_log()

    def wipe_log(self) -> None:
        """Empty the write-ahead log, so that what was erased stands in no file; not when somebody reads just then."""
        with self._turn:
            try:
                self._connected().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as error:
                raise StoreUnusable(f"the store does not take a write: {error}") from error


def make(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make the store where none is, whole or not at all, readable by its owner alone; one that is there stays, and is
    brought to this version when it is of the one before.

    It is made beside its place and linked there; `fill` puts in what it can not be without.
    """
    with _alone(path.parent):
        _clear_remains(path)
        if path.exists():
            _renew(path)
            return
        beside = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            connection = _connect(beside)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("BEGIN IMMEDIATE")
            for table in _TABLES.split(";")[:-1]:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version={VERSION}")
            fill(connection)
            connection.execute("COMMIT")
            connection.close()
            with suppress(FileExistsError):
                os.link(beside, path)
        finally:
            beside.unlink()


def opened(path: Path) -> Store:
    """The store that is there; raises StoreUnusable when there is none, or it is of another version."""
    if not path.exists():
        raise StoreUnusable("there is no store")
    store = Store(path)
    found = store.read("PRAGMA user_version")
    if found == [(VERSION - 1,)]:
        raise StoreUnusable("the store is of the version before: `python -m vault init` brings it to this one")
    if found != [(VERSION,)]:
        raise StoreUnusable("the file is no store of this version")
    return store


def _renew(path: Path) -> None:
    """Version 2 knew no passkeys: the table of what opens a key is made anew, in one transaction."""
    try:
        with closing(_connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone() != (VERSION - 1,):
                return
            for statement in (
                "DROP INDEX holder_key",
                "DROP INDEX holder_root",
                "ALTER TABLE holder RENAME TO earlier",
                *_HOLDER.split(";")[:-1],
                "INSERT INTO holder SELECT * FROM earlier",
                "DROP TABLE earlier",
                f"PRAGMA user_version={VERSION}",
                "COMMIT",
            ):
                connection.execute(statement)
    except sqlite3.Error as error:
        raise StoreUnusable(f"the store was not brought to this version: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One maker at a time; a lock on the folder leaves no file behind, and ends with the process that holds it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise StoreUnusable(f"the folder of the store does not open: {error}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _clear_remains(path: Path) -> None:
    """Remove what a maker left who was killed: who makes has no store in its place yet, and holds the lock."""
    ours = re.compile(re.escape(path.name) + r"\.[0-9a-f]{16}(-wal|-shm|-journal)?")
    for beside in path.parent.glob(f"{path.name}.*"):
        if ours.fullmatch(beside.name):
            with suppress(OSError):
                beside.unlink()
