"""The parts of the daily work."""

from django.db import models


class Part(models.Model):
    """A part of the daily work, by its name: when it last went well, and when it last failed."""

    name = models.CharField(max_length=40, primary_key=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
