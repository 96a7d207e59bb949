"""Keys move to a vault: which key each owner has there, and erasing one by its ticket."""

from typing import Any

from django.db import migrations, models


def refuse_while_waiting(apps: Any, schema_editor: Any) -> None:
    """What waits to be erased in the first store can only be erased by the version that made it."""
    if apps.get_model("portfolio", "KeyErasure").objects.exists():
        raise RuntimeError(
            "Keys of closed accounts still wait to be erased. Run `manage.py run_due` of the version you come from, "
            "then migrate again. Nothing was changed."
        )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_files")]
    operations = [
        migrations.RunPython(refuse_while_waiting, migrations.RunPython.noop),
        migrations.DeleteModel(name="KeyErasure"),
        migrations.CreateModel(
            name="KeyErasure",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("ticket", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="PortfolioKey",
            fields=[
                ("owner", models.UUIDField(primary_key=True, serialize=False)),
                ("key", models.UUIDField(unique=True)),
                ("ticket", models.CharField(blank=True, max_length=64)),
            ],
        ),
    ]
