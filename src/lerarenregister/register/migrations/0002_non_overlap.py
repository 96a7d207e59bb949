"""Two rows of one thing never hold on the same day in the same record: an exclusion constraint on PostgreSQL, triggers
on SQLite, refusing the same rows.

A later migration that alters one of these tables on SQLite rebuilds the table and loses its triggers: such a migration
runs `forwards` again for that table.
"""

from dataclasses import dataclass
from typing import Any

from django.db import migrations


@dataclass(frozen=True)
class Guarded:
    """A table whose rows with the same `key` may not overlap; `valid`: in days too; `only`: rows that count."""

    table: str
    key: str
    valid: bool = True
    only: str = ""

    @property
    def name(self) -> str:
        """The name of the constraint and of the triggers."""
        return f"{self.table}_non_overlap"


GUARDED = (
    Guarded("register_boardname", "board_id"),
    Guarded("register_institutionboard", "brin"),
    Guarded("register_location", "code"),
    Guarded("register_personversion", "employee_id", valid=False),
    Guarded("register_appointmentversion", "series", only="NOT {row}withdrawn"),
)


def _on_postgresql(guarded: Guarded) -> str:
    days = "daterange(begin, until) WITH &&, " if guarded.valid else ""
    where = f" WHERE ({guarded.only.format(row='')})" if guarded.only else ""
    return (
        f"ALTER TABLE {guarded.table} ADD CONSTRAINT {guarded.name} EXCLUDE USING gist "
        f"({guarded.key} WITH =, {days}tstzrange(recorded_at, superseded_at) WITH &&){where}"
    )


def _on_sqlite(guarded: Guarded) -> list[str]:
    conditions = [
        f"other.{guarded.key} = NEW.{guarded.key}",
        "other.id <> NEW.id",
        "(other.superseded_at IS NULL OR (other.superseded_at > NEW.recorded_at AND other.superseded_at > other.recorded_at))",
        "(NEW.superseded_at IS NULL OR (NEW.superseded_at > other.recorded_at AND NEW.superseded_at > NEW.recorded_at))",
    ]
    if guarded.valid:
        conditions += [
            "(other.until IS NULL OR other.until > NEW.begin)",
            "(NEW.until IS NULL OR NEW.until > other.begin)",
        ]
    if guarded.only:
        conditions += [guarded.only.format(row="other."), guarded.only.format(row="NEW.")]
    select = (
        f"SELECT RAISE(ABORT, '{guarded.name}') WHERE EXISTS "
        f"(SELECT 1 FROM {guarded.table} AS other WHERE {' AND '.join(conditions)});"
    )
    return [
        f"CREATE INDEX {guarded.name}_key ON {guarded.table} ({guarded.key})",
        f"CREATE TRIGGER {guarded.name}_insert BEFORE INSERT ON {guarded.table} BEGIN {select} END",
        f"CREATE TRIGGER {guarded.name}_update BEFORE UPDATE ON {guarded.table} BEGIN {select} END",
    ]


def forwards(apps: Any, schema_editor: Any) -> None:
    """Guard every table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        for guarded in GUARDED:
            schema_editor.execute(_on_postgresql(guarded))
        return
    for guarded in GUARDED:
        for statement in _on_sqlite(guarded):
            schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Take the guards away."""
    for guarded in GUARDED:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {guarded.table} DROP CONSTRAINT {guarded.name}")
            continue
        for what in (f"TRIGGER {guarded.name}_insert", f"TRIGGER {guarded.name}_update", f"INDEX {guarded.name}_key"):
            schema_editor.execute(f"DROP {what}")


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
