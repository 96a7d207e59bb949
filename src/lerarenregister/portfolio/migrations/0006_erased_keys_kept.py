"""That a key was erased is kept for a while: a backup of the vault may bring it back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0005_release")]
    operations = [
        migrations.AddField("keyerasure", "kept_until", models.DateField(db_index=True, null=True)),
    ]
