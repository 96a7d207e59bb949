"""The Django app of this domain."""

from django.apps import AppConfig


class SendingsConfig(AppConfig):
    """Label `sendings`."""

    name = "lerarenregister.sendings"
    label = "sendings"
    default_auto_field = "django.db.models.BigAutoField"
