"""Schools that go to another board, and the people who go along."""

import django.db.models.deletion
from django.db import migrations, models


def _board(*, indexed: bool = True) -> "models.ForeignKey[models.Model, models.Model]":
    protect = django.db.models.deletion.PROTECT
    return models.ForeignKey(on_delete=protect, related_name="+", to="register.board", db_index=indexed)


class Migration(migrations.Migration):
    dependencies = [("register", "0014_merging")]

    operations = [
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("brins", models.JSONField(default=list)),
                ("on", models.DateField()),
                ("numbers", models.JSONField(default=dict)),
                ("proposed_by", models.UUIDField(null=True)),
                ("name_hash", models.BinaryField(default=bytes)),
                ("birth_hash", models.BinaryField(default=bytes)),
                ("proposed_at", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("moved", models.PositiveIntegerField(default=0)),
                ("staying", models.PositiveIntegerField(default=0)),
                ("giving", _board()),
                ("taking", _board()),
            ],
        ),
        migrations.CreateModel(
            name="FileMove",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("staff_number", models.CharField(max_length=40)),
                ("on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.employee"
                    ),
                ),
                ("giving", _board(indexed=False)),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.transfer"
                    ),
                ),
            ],
        ),
    ]
