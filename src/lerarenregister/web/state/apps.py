"""The Django app of the pages about the register's own state."""

from django.apps import AppConfig


class WebStateConfig(AppConfig):
    """Label `web_state`."""

    name = "lerarenregister.web.state"
    label = "web_state"
