"""All letters of the first run in one file, `letters.sqlite3`: a quarter of a million folders would fill a disk.

A letter is as good as its neighbour but for a few words, so each is compressed against the first. Who opens her post
gets hers as files in her own folder (`demo/provider/mailbox.py`), where they are from then on.
"""

import sqlite3
import zlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

FILE = "letters.sqlite3"
_TABLES = (
    "CREATE TABLE pattern (one INTEGER PRIMARY KEY CHECK (one = 1), content BLOB NOT NULL)",
    "CREATE TABLE letter (person TEXT, name TEXT, content BLOB NOT NULL, PRIMARY KEY (person, name)) WITHOUT ROWID",
)
_BETWEEN = "\x00"


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """One letter of a person: its words, and as JSON the values of which its PDF is made."""

    person: str
    name: str
    text: str
    values: str


def store(path: Path, letters: Iterable[StoredLetter]) -> None:
    """Add these letters; the file is made with the first of them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")  # a load that is cut short begins anew
        connection.execute("BEGIN")
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            for table in _TABLES:
                connection.execute(table)
        for each in letters:
            content = f"{each.text}{_BETWEEN}{each.values}".encode()
            connection.execute("INSERT OR IGNORE INTO pattern VALUES (1, ?)", (content,))
            packer = zlib.compressobj(zdict=_pattern(connection))
            packed = packer.compress(content) + packer.flush()
            connection.execute("INSERT INTO letter VALUES (?, ?, ?)", (each.person, each.name, packed))
        connection.execute("COMMIT")


def letters_of(path: Path, person: str) -> list[StoredLetter]:
    """Hers, by name; none when there is no such file."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT name, content FROM letter WHERE person = ? ORDER BY name", (person,))
        return [StoredLetter(person, name, *_opened(packed, _pattern(connection))) for name, packed in rows.fetchall()]


def _pattern(connection: sqlite3.Connection) -> bytes:
    """What the letters are compressed against."""
    row = connection.execute("SELECT content FROM pattern").fetchone()
    return bytes(row[0]) if row else b""


def _opened(packed: bytes, pattern: bytes) -> tuple[str, str]:
    opener = zlib.decompressobj(zdict=pattern)
    text, _, values = (opener.decompress(packed) + opener.flush()).decode().partition(_BETWEEN)
    return text, values
