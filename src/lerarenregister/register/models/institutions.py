"""Institutions in two times: valid `[begin, until)` in days, recorded `[recorded_at, superseded_at)` in moments.

Rows are added and superseded, never rewritten. That two rows of one thing never hold on the same day in the same
record is guaranteed by the database (migration 0002).
"""

from django.db import models
from django.db.models import F, Q


class Recorded(models.Model):
    """A row in two times."""

    id = models.UUIDField(primary_key=True)
    begin = models.DateField()
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("begin")), name="%(app_label)s_%(class)s_period"
            )
        ]


class Board(models.Model):
    """A school board (bevoegd gezag), known by its number."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=5, unique=True)


class BoardName(Recorded):
    """What a board is called."""

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)


class InstitutionBoard(Recorded):
    """To which board an institution (BRIN) belongs."""

    brin = models.CharField(max_length=4)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+")

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["brin"], name="register_institution_brin")]


class Location(Recorded):
    """A location (vestiging) of an institution: its code is the BRIN and two digits."""

    code = models.CharField(max_length=6)
    brin = models.CharField(max_length=4)
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=100)
    sector = models.CharField(max_length=3)

    class Meta(Recorded.Meta):
        indexes = [
            models.Index(fields=["brin"], name="register_location_brin"),
            models.Index(fields=["code"], name="register_location_code"),
        ]
