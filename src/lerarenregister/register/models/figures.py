"""Figures as they were published."""

from django.db import models


class PublishedCount(models.Model):
    """A figure (`rules.figures`) of a sector, or ("" ) of all, on a reference day, as it was published; never changed.

    `amount` is rounded to `base`, None when there were fewer. A later `revision` of a day is a correction, with the
    reason in `why`; the last one is what holds.
    """

    id = models.UUIDField(primary_key=True)
    on = models.DateField()
    revision = models.PositiveSmallIntegerField()
    figure = models.CharField(max_length=12)
    sector = models.CharField(max_length=3, blank=True)
    amount = models.PositiveIntegerField(null=True)
    base = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["on", "revision", "figure", "sector"], name="register_figure_once")
        ]
