"""The one table: a form that was sent and done."""

from django.db import models


class Sending(models.Model):
    """A form that was done, and what it came to. The row says nothing of who sent it, what, or with what in it.

    `id` is a keyed hash of account, address and the form's key; `said` is one of what was filled in and of that `id`.
    `status` and `leads_to` are the redirect she got: an address of ours, never the text of a page.
    """

    id = models.UUIDField(primary_key=True)
    said = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    leads_to = models.CharField(max_length=400)
    done_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["done_at"], name="sendings_done_at")]
