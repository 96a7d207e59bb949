"""What somebody asks of the register itself."""

from django.db import models
from django.db.models import Q


class Objection(models.Model):
    """She objects to something that the register does with data about her, in her own words. Who answers for the
    register says by `answer_by` whether it stops, and why. `activity` is the code of the processing activity, "" for
    something else. (An objection to being delivered needs no answer, and is the register's: `register.Objection`.)"""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    activity = models.CharField(max_length=40, blank=True)
    words = models.TextField()
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    granted = models.BooleanField(null=True)
    motive = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="person_objections_of"),
            models.Index(
                fields=["made_at"],
                name="person_objections_open",
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]
