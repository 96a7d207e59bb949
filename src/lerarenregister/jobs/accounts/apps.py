"""The Django app of these commands."""

from django.apps import AppConfig


class JobsAccountsConfig(AppConfig):
    """Label `jobs_accounts`."""

    name = "lerarenregister.jobs.accounts"
    label = "jobs_accounts"
