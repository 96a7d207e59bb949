"""The Django app of the page "who looked"."""

from django.apps import AppConfig


class WebAuditConfig(AppConfig):
    """Label `web_audit`."""

    name = "lerarenregister.web.audit"
    label = "web_audit"

    def ready(self) -> None:
        """Register the check of the public key."""
        from lerarenregister.web.audit import checks  # noqa: F401, PLC0415  (settings must be loaded first)
