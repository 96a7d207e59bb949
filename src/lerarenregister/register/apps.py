"""The Django app of this domain."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Label `register`."""

    name = "lerarenregister.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
