"""The Django app of the pages of shared copies."""

from django.apps import AppConfig


class WebSharedConfig(AppConfig):
    """Label `web_shared`."""

    name = "lerarenregister.web.shared"
    label = "web_shared"
