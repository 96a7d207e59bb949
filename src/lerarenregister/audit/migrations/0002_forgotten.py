"""How far the log was forgotten, and on PostgreSQL an index on the moment of an event.

Events come in the order of their moments, near enough, so a BRIN index finds a period and costs next to nothing when an
event is written. It is not in the model: SQLite has no such index, and a log that fits in a file is read fast enough.
"""

from typing import Any

from django.db import migrations, models

INDEX = "audit_event_moment"


def forwards(apps: Any, schema_editor: Any) -> None:
    """Make the index where the database knows its kind."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {INDEX} ON audit_auditevent USING brin (at) WITH (pages_per_range = 32, autosummarize = on)"
        )


def backwards(apps: Any, schema_editor: Any) -> None:
    """Take it away."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Forgotten",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("before", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_one_forgotten")]
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
