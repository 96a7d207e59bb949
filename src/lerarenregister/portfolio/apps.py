"""The Django app of this domain."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Label `portfolio`."""

    name = "lerarenregister.portfolio"
    label = "portfolio"
    default_auto_field = "django.db.models.BigAutoField"
