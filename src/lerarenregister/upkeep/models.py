"""The parts of the daily work, and how far destroying came."""

from django.db import models


class Part(models.Model):
    """A part of the daily work, by its name: when it last went well, and when it last failed."""

    name = models.CharField(max_length=40, primary_key=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)


class Horizon(models.Model):
    """One row: the last moment until which things were destroyed, the machine that said so, and the doubt that keeps
    destroying from going on ("" when there is none)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    moment = models.DateTimeField()
    start = models.CharField(max_length=64, blank=True)
    running_seconds = models.FloatField()
    doubt = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="upkeep_one_horizon")]
