"""The peer of the delivery: the very rows that it left behind, written into an equal, empty database.

The rows are read into memory table by table, outside the time, and written in the order in which the delivery wrote
them: on SQLite by `executemany`, on PostgreSQL by COPY from Python rows. The tables keep all their indexes, constraints
and triggers, and everything goes in ONE transaction with one durable commit, as a good bulk load would. What stood
there before the delivery (institutions) is copied first, outside the time.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

BEFORE = ("register_board", "register_boardname", "register_institutionboard", "register_location")
WRITTEN = (
    "register_delivery",
    "register_deliveryline",
    "register_employee",
    "register_personversion",
    "register_appointment",
    "register_appointmentversion",
    "register_workmail",
    "outbox_message",
    "audit_auditevent",
    "audit_eventsubject",
)
Rows = Sequence[Sequence[Any]]
Write = Callable[[str, list[str], Rows], None]


def seconds_to_copy(source: str, target: str, said: Callable[[int], None]) -> tuple[float, dict[str, int]]:
    """The seconds that writing all rows of `source` (a DATABASE_URL) into the empty `target` takes, and the number of
    rows per table. `said` is called with the number of tables done."""
    counts: dict[str, int] = {}
    passed = 0.0
    work = _sqlite if source.startswith("sqlite:") else _postgresql
    with work(source, target) as (read, write, commit):
        for table in BEFORE:
            write(table, *read(table))
        commit()
        for number, table in enumerate(WRITTEN):
            columns, rows = read(table)
            counts[table] = len(rows)
            begun = time.perf_counter()
            write(table, columns, rows)
            passed += time.perf_counter() - begun
            said(number)
        begun = time.perf_counter()
        commit()
        passed += time.perf_counter() - begun
        said(len(WRITTEN))
    return passed, counts


Read = Callable[[str], tuple[list[str], Rows]]
Work = tuple[Read, Write, Callable[[], None]]


@contextmanager
def _sqlite(source: str, target: str) -> Iterator[Work]:
    with closing(_opened(source)) as from_, closing(_opened(target)) as into:

        def read(table: str) -> tuple[list[str], Rows]:
            found = from_.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
            return [column[0] for column in found.description], found.fetchall()

        def write(table: str, columns: list[str], rows: Rows) -> None:
            names = ", ".join(f'"{column}"' for column in columns)
            marks = ", ".join("?" for _ in columns)
            into.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)

        yield read, write, into.commit


def _opened(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(unquote(urlsplit(url).path[1:]))
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    return connection


@contextmanager
def _postgresql(source: str, target: str) -> Iterator[Work]:
    with psycopg.connect(source) as from_, psycopg.connect(target) as into:

        def read(table: str) -> tuple[list[str], Rows]:
            # JSON as text, so that it is not parsed and rendered again within the time.
            found = from_.execute(f'SELECT * FROM "{table}" LIMIT 0').description or []
            chosen = [f'"{each.name}"' + ("::text" if each.type_code == 3802 else "") for each in found]
            rows = from_.execute(f'SELECT {", ".join(chosen)} FROM "{table}"').fetchall()
            return [each.name for each in found], rows

        def write(table: str, columns: list[str], rows: Rows) -> None:
            names = ", ".join(f'"{column}"' for column in columns)
            with into.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)

        yield read, write, into.commit
