"""The Django app of the account pages."""

from django.apps import AppConfig


class WebAccountsConfig(AppConfig):
    """Label `web_accounts`."""

    name = "lerarenregister.web.accounts"
    label = "web_accounts"

    def ready(self) -> None:
        """Have the configuration of the providers checked before anything starts."""
        from lerarenregister.web.accounts import checks  # noqa: F401, PLC0415  (registers itself)
