"""Refused lines can be mended: what that needs to know, and when a delivery was delivered first."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def _first(apps: Any, schema_editor: Any) -> None:
    apps.get_model("register", "Delivery").objects.filter(state="delivered").update(first_finished_at=F("finished_at"))


class Migration(migrations.Migration):
    dependencies = [("register", "0009_workbooks")]

    operations = [
        migrations.AddField(model_name="delivery", name="first_finished_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="deliveryline", name="unread", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            model_name="deliveryline",
            name="mended",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(_first, migrations.RunPython.noop),
    ]
