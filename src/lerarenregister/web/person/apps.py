"""The Django app of the pages of her rights."""

from django.apps import AppConfig


class WebPersonConfig(AppConfig):
    """Label `web_person`."""

    name = "lerarenregister.web.person"
    label = "web_person"
