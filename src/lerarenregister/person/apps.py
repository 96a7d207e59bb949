"""The Django app of this domain."""

from django.apps import AppConfig


class PersonConfig(AppConfig):
    """Label `person`."""

    name = "lerarenregister.person"
    label = "person"
    default_auto_field = "django.db.models.BigAutoField"
