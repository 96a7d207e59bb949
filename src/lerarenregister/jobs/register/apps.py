"""The Django app of this door."""

from django.apps import AppConfig


class JobsRegisterConfig(AppConfig):
    """Label `jobs_register`."""

    name = "lerarenregister.jobs.register"
    label = "jobs_register"
