"""What delivering costs: measured of each delivery, published of all together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0012_calendar")]

    operations = [
        migrations.AddField(model_name="delivery", name="people", field=models.PositiveIntegerField(null=True)),
        migrations.AddField(model_name="delivery", name="refusals", field=models.JSONField(default=dict)),
        migrations.CreateModel(
            name="BurdenOfAll",
            fields=[
                ("on", models.DateField(primary_key=True, serialize=False)),
                ("figures", models.JSONField(null=True)),
            ],
        ),
    ]
