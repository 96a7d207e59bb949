"""The Django app of the page "who looked"."""

from django.apps import AppConfig


class WebAuditConfig(AppConfig):
    """Label `web_audit`."""

    name = "lerarenregister.web.audit"
    label = "web_audit"
