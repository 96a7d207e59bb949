"""The Django app of the register of processing activities."""

from django.apps import AppConfig


class WebProcessingConfig(AppConfig):
    """Label `web_processing`."""

    name = "lerarenregister.web.processing"
    label = "web_processing"
