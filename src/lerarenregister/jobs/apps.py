"""The Django app of shared management commands."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Label `jobs`."""

    name = "lerarenregister.jobs"
    label = "jobs"
