"""A delivery remembers in which columns a workbook held numbers where text belongs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0008_acts")]

    operations = [
        migrations.AddField(model_name="delivery", name="numbers_in", field=models.JSONField(default=list)),
    ]
