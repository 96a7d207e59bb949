"""The Django app of this domain."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """Label `upkeep`."""

    name = "lerarenregister.upkeep"
    label = "upkeep"
    default_auto_field = "django.db.models.BigAutoField"
