"""Activation codes, tries, work addresses and reviews of identity."""

from django.db import models
from django.db.models import Q

from lerarenregister.register.models.people import Employee


class ActivationCodeIssued(models.Model):
    """A code that was issued, as a keyed hash. One live code for an employee: issuing voids the older."""

    id = models.UUIDField(primary_key=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    code_hash = models.BinaryField()
    channel = models.CharField(max_length=10)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    redeemed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], name="register_code_once"),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(voided_at__isnull=True, redeemed_at__isnull=True),
                name="register_code_one_live",
            ),
        ]


class ActivationTry(models.Model):
    """A code that an account tried in vain, to limit tries per hour."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    tried_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "tried_at"], name="register_tries")]


class WorkMail(models.Model):
    """A work address for one mail, kept apart from the person. `address` is erased when sent, on a final bounce or
    after the term; the keyed hash stays, so that the same address is not mailed again."""

    id = models.UUIDField(primary_key=True)
    employee = models.OneToOneField(Employee, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254, blank=True)
    address_hash = models.BinaryField()
    delivered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["delivered_at"], name="register_mail_kept", condition=~Q(address=""))]


class Review(models.Model):
    """A redeemed code whose name or birth date is not that of the sign-in. Support decides, with a reason."""

    id = models.UUIDField(primary_key=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    account = models.UUIDField()
    claimed_family_name = models.CharField(max_length=200, blank=True)
    claimed_given_name = models.CharField(max_length=200, blank=True)
    claimed_birth_date = models.DateField(null=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    accepted = models.BooleanField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee"], condition=Q(decided_at__isnull=True), name="register_review_one_open"
            )
        ]
