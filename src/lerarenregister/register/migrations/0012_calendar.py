"""What a board says besides files, and where it is reminded."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0011_cases")]

    operations = [
        migrations.CreateModel(
            name="BoardStatement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("said_at", models.DateTimeField()),
                (
                    "board",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.board",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["board", "kind", "said_at"], name="register_statement_last")],
            },
        ),
        migrations.CreateModel(
            name="BoardContact",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("address", models.CharField(max_length=254)),
                ("kept_at", models.DateTimeField()),
                ("reminded", models.JSONField(default=list)),
                (
                    "board",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.board"
                    ),
                ),
            ],
        ),
    ]
