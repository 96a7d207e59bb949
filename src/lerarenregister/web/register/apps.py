"""The Django app of these pages."""

from django.apps import AppConfig


class WebRegisterConfig(AppConfig):
    """Label `web_register`."""

    name = "lerarenregister.web.register"
    label = "web_register"
