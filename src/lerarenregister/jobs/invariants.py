"""The check of everything stored: each domain's jobs bring a part, `project.wiring` registers those installed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from lerarenregister.accounts import queries as accounts
from lerarenregister.kernel.findings import Finding


@dataclass(frozen=True, slots=True)
class InvariantPart:
    """What may never be in a domain; `broken` gives the findings, one by one, and changes nothing."""

    name: str
    broken: Callable[[datetime], Iterable[Finding]]


INVARIANTS: list[InvariantPart] = []


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read inside is of one moment, while writers go on: none waits for us, and we for none."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # A deferred transaction, which only reads: `atomic` would begin as a writer here.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def absent_from(ids: Iterable[UUID], known: Callable[[set[UUID]], set[UUID]]) -> Iterator[UUID]:
    """Those of `ids` that are not `known`, asked 500 at a time."""
    remaining = iter(ids)
    while batch := set(islice(remaining, 500)):
        yield from sorted(batch - known(batch))


def accounts_absent(ids: Iterable[UUID]) -> Iterator[Finding]:
    """What is said of accounts that do not exist, or are closed."""
    for account in absent_from(ids, accounts.accounts_known):
        yield Finding("there is something of an account that does not exist", str(account))


def database_damaged(_: datetime) -> Iterator[Finding]:
    """Rows that point at nothing and, in the embedded database, pages that are damaged. A PostgreSQL enforces the first
    itself and has `pg_amcheck` for the second."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for (said,) in cursor.execute("PRAGMA integrity_check").fetchall():
            if said != "ok":
                yield Finding("the database file is damaged", said)
        cursor.execute("PRAGMA foreign_key_check")
        while row := cursor.fetchone():
            yield Finding(f"a row of {row[0]} points at none of {row[2]}", f"row {row[1]}")
