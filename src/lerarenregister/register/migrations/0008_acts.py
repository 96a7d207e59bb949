"""Acts, and the days on which a registration holds: those that were there came about on the day of their first part."""

import uuid
from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from lerarenregister.kernel.clock import dutch_date

non_overlap = import_module("lerarenregister.register.migrations.0002_non_overlap")
GUARDED = non_overlap.Guarded("register_registrationspell", "registration_id")


def forwards(apps: Any, schema_editor: Any) -> None:
    """Give each registration its first act and spell, then guard the table."""
    Registration, Act = apps.get_model("register", "Registration"), apps.get_model("register", "Act")
    Spell = apps.get_model("register", "RegistrationSpell")
    rows = Registration.objects.values_list("id", "registered_at")
    for key, at in rows.iterator(chunk_size=1_000):
        act = Act.objects.create(
            id=uuid.uuid4(),
            registration_id=key,
            kind="registered",
            article="3.3",
            rulebook=1,
            role="teacher",
            effective_on=dutch_date(at),
            decided_at=at,
        )
        begin = act.effective_on
        Spell.objects.create(id=uuid.uuid4(), registration_id=key, act=act, begin=begin, recorded_at=at)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table can not be altered in this transaction
        schema_editor.execute(non_overlap._on_postgresql(GUARDED))
        return
    for statement in non_overlap._on_sqlite(GUARDED):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("register", "0007_closing")]
    operations = [
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("article", models.CharField(max_length=8)),
                ("rulebook", models.PositiveSmallIntegerField()),
                ("role", models.CharField(max_length=40)),
                ("effective_on", models.DateField()),
                ("decided_at", models.DateTimeField()),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.registration"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RegistrationSpell",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("begin", models.DateField()),
                ("until", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "act",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.act"),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.registration",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["registration"], name="register_spell_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("until__isnull", True), ("until__gt", F("begin")), _connector="OR"),
                        name="register_registrationspell_period",
                    )
                ],
            },
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop, atomic=True),
    ]
