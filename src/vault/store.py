"""The store of wrapped keys: one SQLite file of its own, apart from the database and from its backups.

A row holds a keyed hash of (issuer, subject) and the data key, encrypted with AES-256-GCM under a key derived from the
wrapping key and bound to issuer, subject and account. The file alone therefore names nobody and opens nothing. A
canary row tells a wrong wrapping key from a damaged row, before anything is written.
"""

import fcntl
import hashlib
import hmac
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import KeyMissing, KeyUnreadable, StoreUnusable, WrongWrappingKey
from vault.proof import FreshProof

WRAPPING_KEY_BYTES = 32
_NONCE_BYTES = 12
_CANARY = b"the wrapping key of this store is the right one"
_TABLES = (
    "CREATE TABLE canary (one INTEGER PRIMARY KEY CHECK (one = 1), envelope BLOB NOT NULL)",
    "CREATE TABLE wrapped_key (locator BLOB PRIMARY KEY, envelope BLOB NOT NULL) WITHOUT ROWID",
)
_SET_ASIDE = "CREATE TABLE IF NOT EXISTS set_aside (envelope BLOB PRIMARY KEY, locator BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A data key (32 bytes) and the account it belongs to. The key never shows in a representation or a log."""

    key: bytes = field(repr=False)
    owner: UUID


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key that is held: under which keyed hash, and the SHA-256 of its envelope. Names nobody and opens nothing."""

    locator: bytes
    mark: bytes


class KeyStore:
    """Makes and opens data keys. The only way to a key is `open` with the proof of a fresh sign-in."""

    def __init__(self, path: Path, wrapping_key: bytes) -> None:
        self._path = path
        self._wrapper = AESGCM(_derived(wrapping_key, b"wrap"))
        self._locator_key = _derived(wrapping_key, b"locate")

    @classmethod
    def connect(cls, url: str, wrapping_key: bytes, *, may_make: bool = True) -> Self:
        """The store at `sqlite:///path`, made with mode 0600 when it is not there and `may_make`.

        Raises StoreUnusable for another kind of address, no file or one that does not open, and WrongWrappingKey when
        the key is not 32 bytes or not the one the store was made with. Neither writes a byte to an existing store.
        """
        path = _path_of(url)
        if len(wrapping_key) != WRAPPING_KEY_BYTES:
            raise WrongWrappingKey("the wrapping key must be 32 bytes")
        store = cls(path, wrapping_key)
        if not may_make and not store._path.exists():
            raise StoreUnusable("there is no key store")
        try:
            store._prepare()
        except (sqlite3.Error, OSError) as error:
            raise StoreUnusable(f"the key store does not open: {error}") from error
        return store

    def locators(self) -> Iterator[bytes]:
        """Under which keyed hashes a key is held. Opens nothing: to see whether every portfolio has its key."""
        with self._connection() as connection:
            for row in connection.execute("SELECT locator FROM wrapped_key ORDER BY locator"):
                yield bytes(row[0])

    def locator(self, issuer: str, subject: str) -> bytes:
        """The keyed hash under which the key of this person is held, if there is one. Opens nothing."""
        return hmac.digest(self._locator_key, _framed(issuer.encode(), subject.encode()), hashlib.sha256)

    def held(self, issuer: str, subject: str) -> HeldKey | None:
        """Which key this person has, to erase it later; None when she has none. Opens nothing."""
        locator = self.locator(issuer, subject)
        with self._connection() as connection:
            row = connection.execute("SELECT envelope FROM wrapped_key WHERE locator = ?", (locator,)).fetchone()
        return HeldKey(locator, _mark(row[0])) if row else None

    def open(self, proof: FreshProof, *, may_make: bool = True, may_replace: bool = False) -> OpenedKey:
        """The data key of the person who has just signed in, made at her first sign-in if `may_make`.

        Two first sign-ins at once get the same key: the row is unique and the loser reads the winner's. With
        `may_replace` a key that was wrapped for an account that she no longer has makes place for a new one, and is set
        aside, not destroyed. Raises KeyMissing, or KeyUnreadable when the row was wrapped for another person or
        account.
        """
        locator = self.locator(proof.issuer, proof.subject)
        with self._connection() as connection:
            row = connection.execute("SELECT envelope FROM wrapped_key WHERE locator = ?", (locator,)).fetchone()
            if row is None:
                if not may_make:
                    raise KeyMissing("there is no key for this person")
                fresh = self._wrap(AESGCM.generate_key(256), _owner_of(proof))
                connection.execute("INSERT OR IGNORE INTO wrapped_key VALUES (?, ?)", (locator, fresh))
                row = connection.execute("SELECT envelope FROM wrapped_key WHERE locator = ?", (locator,)).fetchone()
            if may_replace and not self._opens(row[0], proof):
                row = self._replaced(connection, locator, proof)
        try:
            return OpenedKey(self._unwrap(row[0], _owner_of(proof)), proof.account)
        except InvalidTag as error:
            raise KeyUnreadable("the wrapped key does not belong to this person and account") from error

    def _opens(self, envelope: bytes, proof: FreshProof) -> bool:
        try:
            self._unwrap(envelope, _owner_of(proof))
        except InvalidTag:
            return False
        return True

    def _replaced(self, connection: sqlite3.Connection, locator: bytes, proof: FreshProof) -> tuple[bytes]:
        """A new key in the place of one that does not open, which is set aside; or the one that another made since."""
        connection.execute("BEGIN IMMEDIATE")
        (envelope,) = connection.execute("SELECT envelope FROM wrapped_key WHERE locator = ?", (locator,)).fetchone()
        if not self._opens(envelope, proof):
            connection.execute(_SET_ASIDE)
            connection.execute("INSERT OR IGNORE INTO set_aside VALUES (?, ?)", (envelope, locator))
            envelope = self._wrap(AESGCM.generate_key(256), _owner_of(proof))
            connection.execute("UPDATE wrapped_key SET envelope = ? WHERE locator = ?", (envelope, locator))
        connection.execute("COMMIT")
        return (envelope,)

    def _prepare(self) -> None:
        """Make the store when it is not there, and check the canary."""
        if not self._path.exists():
            with self._alone():
                self._clear_remains()
                if not self._path.exists():
                    self._make()
        else:
            self._clear_remains()
        with self._connection() as connection:
            row = connection.execute("SELECT envelope FROM canary").fetchone()
        if row is None:
            raise StoreUnusable("the key store has no canary: it is damaged, or no key store")
        try:
            self._unwrap(row[0], b"canary")
        except InvalidTag as error:
            raise WrongWrappingKey("the wrapping key is not the one this key store was made with") from error

    def _make(self) -> None:
        """Make it beside its place and link it there: whole or not at all."""
        beside = self._path.with_name(f"{self._path.name}.{os.urandom(8).hex()}")
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with self._connection(beside) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                for table in _TABLES:
                    connection.execute(table)
                connection.execute("INSERT INTO canary VALUES (1, ?)", (self._wrap(_CANARY, b"canary"),))
            with suppress(FileExistsError):
                os.link(beside, self._path)
        finally:
            beside.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One maker at a time; a lock on the folder leaves no file behind, and ends with the process that holds it."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _clear_remains(self) -> None:
        """Remove what a maker left who was killed: who makes has no store in its place yet, and holds the lock."""
        ours = re.compile(re.escape(self._path.name) + r"\.[0-9a-f]{16}(-wal|-shm|-journal)?")
        for beside in self._path.parent.glob(f"{self._path.name}.*"):
            if ours.fullmatch(beside.name):
                with suppress(OSError):
                    beside.unlink()

    @contextmanager
    def _connection(self, path: Path | None = None) -> Iterator[sqlite3.Connection]:
        """A connection for one call: sign-ins are rare, and nothing is shared between threads."""
        connection = sqlite3.connect(path or self._path, timeout=20, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            yield connection
        finally:
            connection.close()

    def _wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._wrapper.encrypt(nonce, secret, bound_to)

    def _unwrap(self, envelope: bytes, bound_to: bytes) -> bytes:
        return self._wrapper.decrypt(envelope[:_NONCE_BYTES], envelope[_NONCE_BYTES:], bound_to)


def erase(url: str, key: HeldKey) -> bool:
    """Erase this key with those that were set aside for it, and no other that the same person got since; whether it was
    there. Once erased it stays so.

    Needs no wrapping key: who destroys need not be able to open. The envelope is overwritten in the file, and the
    write-ahead log is emptied unless somebody reads at that moment; in backups it stays for their term. Raises
    StoreUnusable.
    """
    path = _path_of(url)
    if not path.exists():
        raise StoreUnusable("there is no key store")
    try:
        with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute("SELECT envelope FROM wrapped_key WHERE locator = ?", (key.locator,)).fetchone()
            found = row is not None and hmac.compare_digest(_mark(row[0]), key.mark)
            if found:
                connection.execute("DELETE FROM wrapped_key WHERE locator = ?", (key.locator,))
                connection.execute(_SET_ASIDE)
                connection.execute("DELETE FROM set_aside WHERE locator = ?", (key.locator,))
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise StoreUnusable(f"the key store does not open: {error}") from error
    return found


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != "sqlite" or len(parts.path) < 2:
        raise StoreUnusable("the address of the key store must be sqlite:///path")
    return Path(unquote(parts.path[1:]))


def _mark(envelope: bytes) -> bytes:
    return hashlib.sha256(envelope).digest()


def _derived(wrapping_key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"lerarenregister vault 1 " + purpose).derive(wrapping_key)


def _owner_of(proof: FreshProof) -> bytes:
    return _framed(proof.issuer.encode(), proof.subject.encode(), proof.account.bytes)


def _framed(*parts: bytes) -> bytes:
    """The parts with their lengths, so that no two different lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
