"""How a file that waits came in: what a killed import left is known from what she is adding to a text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0007_key_notes")]
    operations = [
        migrations.AddField("waiting", "came", models.CharField(blank=True, default="", max_length=6)),
    ]
