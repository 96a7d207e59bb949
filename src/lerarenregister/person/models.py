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


class Contact(models.Model):
    """A mail address of her own, at which she is told that something waits: `verified_at` None until she filled in the
    code that came to it. Never used to sign in. A `code_hash` works until `code_until`, for a few `tries`. `before` is
    the address that this one replaced, until it was told. `bounced_at`: mail to it came back for good.
    """

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    address = models.CharField(max_length=254)
    rhythm = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    before = models.CharField(max_length=254, blank=True)
    code_hash = models.BinaryField(default=b"")
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(verified_at__isnull=False), name="person_contact_verified_once"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(verified_at__isnull=True), name="person_contact_waits_once"
            ),
        ]


class CodeAsked(models.Model):
    """A code was asked for, to an address that is kept here as a hash: for a day, so that we mail no strangers."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    address_hash = models.BinaryField()
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "asked_at"], name="person_code_asked_of"),
            models.Index(fields=["address_hash", "asked_at"], name="person_code_asked_to"),
        ]
