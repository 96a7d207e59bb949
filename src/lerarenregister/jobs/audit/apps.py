"""The Django app of the commands of the log."""

from django.apps import AppConfig


class JobsAuditConfig(AppConfig):
    """Label `jobs_audit`."""

    name = "lerarenregister.jobs.audit"
    label = "jobs_audit"
