"""The Django app of this part of the portfolio."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Label `portfolio_sharing`."""

    name = "lerarenregister.portfolio.sharing"
    label = "portfolio_sharing"
    default_auto_field = "django.db.models.BigAutoField"
