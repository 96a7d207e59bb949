"""Moving the keys of the first store (version 1, opened by the web process) here, one by one, interruptible.

A key arrives here without answering to anybody, is erased there, and only then counts: at no moment do both open.
Killed in between, the next run finds it arriving and goes on. What does not open there for the account that is named
stays there. The first store names nobody, so who has a key must be said: (issuer, subject, account) of each identity.
"""

import base64
import binascii
import hashlib
import hmac
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.answers import Opened
from vault.errors import RootMissing, StoreUnusable
from vault.roots import Wrapped, framed
from vault.rows import Act, insert_key, note, place_of
from vault.service import Vault

_NONCE_BYTES = 12
_CANARY = b"the wrapping key of this store is the right one"


class Identity(NamedTuple):
    """Whose key it is, in the first store's terms; `key` is the id that it gets here (16 bytes)."""

    issuer: str
    subject: str
    account: UUID
    key: bytes


@dataclass(frozen=True, slots=True)
class Moved:
    """How many keys were moved by this run, and how many stay in the first store, of nobody who was named."""

    keys: int
    left: int


class FirstStore:
    """The first store at a path, with its wrapping key in base64. Raises StoreUnusable or RootMissing."""

    def __init__(self, path: Path, wrapping_key: str) -> None:
        if not path.exists():
            raise StoreUnusable("there is no first store")
        try:
            raw = base64.b64decode(wrapping_key, validate=True)
        except binascii.Error as error:
            raise RootMissing("the wrapping key of the first store is 32 bytes in base64") from error
        self._path = path
        self._wrapper, self._locator_key = AESGCM(_derived(raw, b"wrap")), _derived(raw, b"locate")
        rows = self._rows("SELECT envelope FROM canary")
        if not rows or self._opened(rows[0][0], b"canary") != _CANARY:
            raise RootMissing("the wrapping key is not the one of the first store")

    def key(self, of: Identity) -> bytes | None:
        """The data key of a person; None when there is none, or it is of another account of hers."""
        rows = self._rows("SELECT envelope FROM wrapped_key WHERE locator = ?", self._locator(of))
        return self._opened(rows[0][0], framed(*_person(of), of.account.bytes)) if rows else None

    def erase(self, of: Identity) -> None:
        """Overwrite the key in the file and in its write-ahead log."""
        try:
            with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA secure_delete=ON")
                connection.execute("DELETE FROM wrapped_key WHERE locator = ?", (self._locator(of),))
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise StoreUnusable(f"the first store does not take a write: {error}") from error

    def left(self) -> int:
        """How many keys it still holds."""
        return int(self._rows("SELECT count(*) FROM wrapped_key")[0][0])

    def _rows(self, query: str, *values: object) -> list[tuple[bytes]]:
        try:
            with closing(sqlite3.connect(self._path, timeout=20)) as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreUnusable(f"the first store can not be read: {error}") from error

    def _opened(self, envelope: bytes, bound_to: bytes) -> bytes | None:
        try:
            return self._wrapper.decrypt(envelope[:_NONCE_BYTES], envelope[_NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):
            return None

    def _locator(self, of: Identity) -> bytes:
        return hmac.digest(self._locator_key, framed(*_person(of)), hashlib.sha256)


def move(vault: Vault, first: FirstStore, identities: Iterable[Identity], *, at: datetime) -> Moved:
    """Move the keys of these people. Safe to repeat, and to kill at any moment."""
    moved = 0
    for each in identities:
        locator = vault.locator(each.issuer, each.subject)
        key = first.key(each)
        if key is not None:
            vault.store.write(partial(_arrive, vault, who=each, key=key, at=at))
            if _kept(vault, locator) != key:
                raise StoreUnusable("a person has another key here already; nothing of hers was moved")
            first.erase(each)
        moved += vault.store.write(partial(_counts, vault, locator=locator, who=each, at=at))
    return Moved(moved, first.left())


def _arrive(vault: Vault, writer: sqlite3.Connection, *, who: Identity, key: bytes, at: datetime) -> None:
    locator = vault.locator(who.issuer, who.subject)
    if writer.execute("SELECT 1 FROM holder WHERE locator = ?", (locator,)).fetchone() is None:
        if writer.execute("SELECT 1 FROM key WHERE id = ?", (who.key,)).fetchone():
            raise StoreUnusable("two identities of one account have a key; the second was not moved")
        insert_key(writer, who.key, key, "arriving")
        vault.insert_holder(writer, Opened(who.key, key), locator=locator, via=vault.name_of(who.issuer), at=at)


def _kept(vault: Vault, locator: bytes) -> bytes | None:
    """The key of a person as it stands here, whether it counts yet or not."""
    rows = vault.store.read("SELECT key, root, envelope FROM holder WHERE locator = ?", locator)
    return vault.roots.unwrap(Wrapped(rows[0][1], rows[0][2]), place_of(rows[0][0], locator)) if rows else None


def _counts(vault: Vault, writer: sqlite3.Connection, *, locator: bytes, who: Identity, at: datetime) -> int:
    query = "UPDATE key SET state = 'held' WHERE state = 'arriving' AND id = (SELECT key FROM holder WHERE locator = ?)"
    moved = writer.execute(query, (locator,)).rowcount
    if moved:
        note(writer, who.key, Act.MOVED, vault.name_of(who.issuer), at)
    return moved


def _person(of: Identity) -> tuple[bytes, bytes]:
    return of.issuer.encode(), of.subject.encode()


def _derived(wrapping_key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"lerarenregister vault 1 " + purpose).derive(wrapping_key)
