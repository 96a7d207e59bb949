"""Many rows at the speed of the database: inserted by COPY on PostgreSQL and `executemany` on SQLite, read in binary.

Django's `bulk_create` spends most of its time on making and preparing model instances. This takes tuples, in the
caller's transaction; it is for actions that write by the thousand, and for the log that they write to.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import QuerySet

_WORTH_COPYING = 20


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Insert rows of (uuid, str, int, bool, bytes, date, aware datetime, None); JSON is given as text.

    `columns` are column names, in the order of the values. Raises what Django raises, such as IntegrityError.
    """
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    on_postgresql = connection.vendor == "postgresql"
    if on_postgresql and len(rows) >= _WORTH_COPYING:
        statement = f"COPY {table} ({names}) FROM STDIN"
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = f"({', '.join(['%s'] * len(columns))})"
    statement = f"INSERT INTO {table} ({names}) VALUES "
    with connection.cursor() as cursor:
        if on_postgresql:  # few rows: one statement is one turn to the server
            cursor.execute(statement + ", ".join([marks] * len(rows)), [value for row in rows for value in row])
        else:
            cursor.executemany(statement + marks, _as_stored(rows))


def rows_of(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` as the driver gives them: bytes, numbers and texts (ask for an id as a text). On
    PostgreSQL in binary form, in which bytes are not written out as twice as many digits."""
    statement, values = rows.query.sql_with_params()
    with _cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _cursor() -> Any:
    """On PostgreSQL one that binds values in the server: those of Django get no binary rows."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    import psycopg  # noqa: PLC0415  (not needed beside SQLite)

    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
    cursor.format = psycopg.pq.Format.BINARY
    wrapped: Any = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return wrapped(cursor)


def set_numbers(model: type[models.Model], column: str, numbers: Sequence[tuple[UUID, int]]) -> None:
    """Set one whole number in each of many rows, by (id of the row, number). One statement on PostgreSQL."""
    table, name = (connection.ops.quote_name(each) for each in (model._meta.db_table, column))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = (
                f"UPDATE {table} SET {name} = given.number "
                f"FROM unnest(%s::uuid[], %s::bigint[]) AS given (id, number) WHERE {table}.id = given.id"
            )
            cursor.execute(statement, [[each[0] for each in numbers], [each[1] for each in numbers]])
        else:
            statement = f"UPDATE {table} SET {name} = %s WHERE id = %s"
            cursor.executemany(statement, [(number, key.hex) for key, number in numbers])


def _as_stored(rows: Collection[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows as Django stores them in SQLite, by column: what has no other form there is not looked at twice."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, column in enumerate(columns):
        kinds = set(map(type, column))
        if not kinds.isdisjoint(_STORED):
            columns[place] = [
                value if (stored := _STORED.get(type(value))) is None else stored(value) for value in column
            ]
    return list(zip(*columns, strict=True))


@lru_cache(maxsize=64)
def _moment(moment: datetime) -> str:
    return str(moment.astimezone(UTC).replace(tzinfo=None))


_STORED: dict[type, Callable[[Any], object]] = {
    UUID: attrgetter("hex"),
    datetime: _moment,
    date: lru_cache(maxsize=1_000)(date.isoformat),
    bool: int,
}
