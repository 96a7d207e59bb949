"""The rows of the store, one step at a time, inside the write of a verb of `service`."""

import hashlib
import hmac
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from vault.errors import ChallengeRefused, TooManyTries
from vault.roots import Wrapped, framed, mark_of

TRIES, TRIES_WITHIN = 5, timedelta(hours=1)


class Act(StrEnum):
    """What the log says of a key."""

    MADE = "made"
    OPENED = "opened"
    PROVED = "proved"
    LINKED = "linked"
    UNLINKED = "unlinked"
    CODE_MADE = "code-made"
    RECOVERED = "recovered"
    MOVED = "moved"
    ENROLLED = "enrolled"
    BY_PASSKEY = "by-passkey"
    COPIED = "copied"
    REMOVED = "removed"


_OPENINGS = f"act IN ('{Act.OPENED}', '{Act.BY_PASSKEY}')"
LINES = (
    "WITH own AS (SELECT number, at, act, via FROM line WHERE key = (SELECT id FROM key WHERE log_check = ?))"
    f" SELECT at, act, via FROM own WHERE NOT {_OPENINGS}"
    f" OR number IN (SELECT number FROM own WHERE {_OPENINGS} ORDER BY number DESC LIMIT ?)"
    " ORDER BY number DESC LIMIT ?"
)
"""The log of a key by its ticket: so many openings, and all else, so many lines together."""

_LINES_AT_ONCE = 10_000
_VOUCHED_WITHIN = timedelta(days=7)
_ROW = (
    "SELECT locator, holder.key, kind, root, envelope, label, since FROM holder"
    " JOIN key ON key.id = holder.key WHERE state = 'held'"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A holder whose key is held: under which locator, of which key, the key wrapped for it, and since when it is one.
    `used_by`: the locator in hexadecimal of the identity that used this recovery code up, else ""."""

    locator: bytes
    key: bytes
    kind: str
    wrapped: Wrapped
    used_by: str
    since: datetime


def log_ticket(key: bytes) -> str:
    """What proves to the vault that somebody has this key, to read its log and what opens it."""
    return hmac.new(key, b"lerarenregister vault 2 log", hashlib.sha256).hexdigest()


def erase_ticket(key: bytes) -> str:
    """What erases this key. Whoever finds it later can do nothing else with it."""
    return hmac.new(key, b"lerarenregister vault 2 erase", hashlib.sha256).hexdigest()


def insert_key(connection: sqlite3.Connection, key_id: bytes, key: bytes, state: str = "held") -> None:
    """Note that a key is held: its id, and what its tickets are recognised by."""
    checks = (mark_of(log_ticket(key).encode()), mark_of(erase_ticket(key).encode()))
    connection.execute("INSERT INTO key VALUES (?, ?, ?, ?)", (key_id, *checks, state))


def place_of(key_id: bytes, locator: bytes) -> bytes:
    """To what a wrapped key is bound: in the row of another key or another person it does not open."""
    return framed(b"vault 2 holder", key_id, locator)


def place_of_secret(name: str) -> bytes:
    """To what a secret of the store itself is bound."""
    return framed(b"vault 2 secret", name.encode())


def row_of(connection: sqlite3.Connection, locator: bytes) -> Row | None:
    """The row of a holder whose key is held; a key that is still arriving is not there yet."""
    found = connection.execute(f"{_ROW} AND locator = ?", (locator,)).fetchone()
    return _row(found) if found else None


def row_with(connection: sqlite3.Connection, holder: bytes, *, of: bytes) -> Row | None:
    """The row with this id, of this key."""
    found = connection.execute(f"{_ROW} AND holder.id = ? AND holder.key = ?", (holder, of)).fetchone()
    return _row(found) if found else None


def _row(found: tuple[Any, ...]) -> Row:
    locator, key, kind, root, envelope, label, since = found
    used_by = label if kind == "recovery" else ""
    return Row(locator, key, kind, Wrapped(root, envelope), used_by, datetime.fromisoformat(since))


def use_up(connection: sqlite3.Connection, code: Row, by: bytes, at: datetime) -> None:
    """From now on a recovery code works for this identity alone, which opens the key already, for a while: the answer
    with the code that comes in its place may be lost on the way."""
    values = (by.hex(), at.isoformat(), code.locator)
    connection.execute("UPDATE holder SET label = ?, since = ? WHERE locator = ?", values)


def spend(connection: sqlite3.Connection, challenge: str, at: datetime) -> None:
    """Use up a challenge; raises ChallengeRefused when it was used."""
    try:
        values = (mark_of(challenge.encode()), at.isoformat())
        connection.execute("INSERT INTO spent VALUES (?, ?)", values)
    except sqlite3.IntegrityError as error:
        raise ChallengeRefused("spent") from error


def forget_used_up(connection: sqlite3.Connection, before: str) -> None:
    """The codes that were used up before this moment work for nobody any more."""
    connection.execute("DELETE FROM holder WHERE kind = 'recovery' AND label <> '' AND since < ?", (before,))


def forget_lines(connection: sqlite3.Connection, before: datetime, at: datetime) -> None:
    """Remove lines of before this moment from the log of all keys, of the oldest ones at most so many at once.

    Nothing goes unless somebody signed in within a week: the token of her provider, seconds old, vouches for the clock.
    """
    newest = connection.execute("SELECT at FROM line WHERE act = ? ORDER BY number DESC LIMIT 1", (Act.OPENED,))
    vouched = newest.fetchone()
    if vouched is None or not timedelta() <= at - datetime.fromisoformat(vouched[0]) <= _VOUCHED_WITHIN:
        return
    query = "DELETE FROM line WHERE number IN (SELECT number FROM line ORDER BY number LIMIT ?) AND at < ?"
    connection.execute(query, (_LINES_AT_ONCE, before.isoformat()))


def check_tries(connection: sqlite3.Connection, locator: bytes, at: datetime) -> None:
    """Raises TooManyTries after five wrong recovery codes of one person within an hour."""
    since = (at - TRIES_WITHIN).isoformat()
    query = "SELECT count(*) FROM wrong_code WHERE locator = ? AND at > ?"
    if connection.execute(query, (locator, since)).fetchone()[0] >= TRIES:
        raise TooManyTries


def note(connection: sqlite3.Connection, key: bytes, act: Act, via: str, at: datetime) -> None:
    """Add a line to the log of a key."""
    connection.execute("INSERT INTO line (key, at, act, via) VALUES (?, ?, ?, ?)", (key, at.isoformat(), act, via))


def erase(connection: sqlite3.Connection, key: bytes) -> None:
    """Take away a key, all that opens it, and its log."""
    for query in (
        "DELETE FROM holder WHERE key = ?",
        "DELETE FROM proof WHERE key = ?",
        "DELETE FROM line WHERE key = ?",
        "DELETE FROM key WHERE id = ?",
    ):
        connection.execute(query, (key,))


def touch(connection: sqlite3.Connection) -> None:
    """Write something that matters to nobody: only what is written tells that the disk takes it."""
    connection.execute("INSERT OR REPLACE INTO spent VALUES (x'', strftime('%Y-%m-%dT%H:%M:%f+00:00'))")
