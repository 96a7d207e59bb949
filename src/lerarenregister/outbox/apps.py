"""The Django app of this domain."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Label `outbox`."""

    name = "lerarenregister.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
