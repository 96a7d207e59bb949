"""The Django app of the base layout and components."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Label `web`."""

    name = "lerarenregister.web"
    label = "web"
