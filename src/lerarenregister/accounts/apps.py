"""The Django app of this domain."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`."""

    name = "lerarenregister.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
