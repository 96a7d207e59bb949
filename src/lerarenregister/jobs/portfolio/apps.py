"""The Django app of the portfolio's daily work."""

from django.apps import AppConfig


class JobsPortfolioConfig(AppConfig):
    """Label `jobs_portfolio`."""

    name = "lerarenregister.jobs.portfolio"
    label = "jobs_portfolio"
