"""Of whose key something may wait elsewhere, and whose recovery code was not kept.

Of those who were here before nobody noted it: they may have something elsewhere, and their codes work as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0006_erased_keys_kept")]
    operations = [
        migrations.AddField("PortfolioKey", "elsewhere", models.BooleanField(default=True)),
        migrations.AlterField("PortfolioKey", "elsewhere", models.BooleanField(default=False)),
        migrations.AddField("PortfolioKey", "unkept", models.CharField(max_length=64, blank=True, default="")),
    ]
