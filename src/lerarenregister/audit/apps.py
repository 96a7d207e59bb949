"""The Django app of this domain."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Label `audit`."""

    name = "lerarenregister.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
