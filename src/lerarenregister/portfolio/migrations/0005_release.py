"""What owners release of their portfolios for a purpose of the profession."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0004_keys_in_the_vault")]
    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("owner", models.UUIDField()),
                ("purpose", models.CharField(max_length=40)),
                ("released_on", models.DateField()),
                ("until", models.DateField(db_index=True)),
                ("values", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "purpose"), name="portfolio_release_once"),
                ],
            },
        ),
    ]
