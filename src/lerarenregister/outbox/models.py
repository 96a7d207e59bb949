"""Messages that wait to be sent, and those that were."""

from django.db import models


class Message(models.Model):
    """One message to one person: a template's name and its values, never a secret. `reference` is an opaque id of the
    domain that asked for it; what must be looked up at the moment of sending (an address, a code) is asked there."""

    id = models.UUIDField(primary_key=True)
    template = models.CharField(max_length=60)
    reference = models.UUIDField()
    values = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_waiting",
                condition=models.Q(sent_at__isnull=True, failed_at__isnull=True),
            )
        ]
