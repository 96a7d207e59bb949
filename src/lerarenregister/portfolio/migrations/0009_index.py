"""The index by which a large portfolio is found in: sealed, made at a search, and gone with what it is of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0008_waiting_came")]
    operations = [
        migrations.CreateModel(
            name="IndexSegment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("owner", models.UUIDField()),
                ("bucket", models.PositiveSmallIntegerField()),
                ("envelope", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "bucket"), name="portfolio_segment_once"),
                ],
            },
        ),
    ]
