"""Administration offices, and the mandates that boards give them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_session_by_passkey")]

    operations = [
        migrations.CreateModel(
            name="Office",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=5, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("board", models.CharField(max_length=5)),
                ("covers", models.CharField(max_length=10)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.office"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["office", "ends_at"], name="accounts_mandate_of_office"),
                    models.Index(fields=["board", "ends_at"], name="accounts_mandate_of_board"),
                ],
            },
        ),
    ]
