"""The Django app of the portfolio pages."""

from django.apps import AppConfig


class WebPortfolioConfig(AppConfig):
    """Label `web_portfolio`."""

    name = "lerarenregister.web.portfolio"
    label = "web_portfolio"

    def ready(self) -> None:
        """Register the checks of the way to the vault."""
        from lerarenregister.web.portfolio import checks  # noqa: F401, PLC0415  (models must be loaded first)
