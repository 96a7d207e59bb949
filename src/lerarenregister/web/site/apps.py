"""The Django app of the general pages."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Label `web_site`."""

    name = "lerarenregister.web.site"
    label = "web_site"
