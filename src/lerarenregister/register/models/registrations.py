"""What she confirmed or disputed, and what follows from it."""

from django.db import models

from lerarenregister.register.models.people import Appointment, AppointmentVersion, PersonVersion


class Confirmation(models.Model):
    """She confirmed this version of an appointment, with these personal facts beside it.

    When one of the two changes, it waits for her again; her last confirmation stands.
    """

    id = models.UUIDField(primary_key=True)
    version = models.ForeignKey(AppointmentVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_version = models.ForeignKey(PersonVersion, on_delete=models.PROTECT, related_name="+")
    account = models.UUIDField()
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person_version"], name="register_confirmation_once")]
        indexes = [models.Index(fields=["account"], name="register_confirmation_of")]


class Dispute(models.Model):
    """She said what is wrong in a version, in her own words. The procedure comes later."""

    id = models.UUIDField(primary_key=True)
    version = models.ForeignKey(AppointmentVersion, on_delete=models.PROTECT, related_name="+")
    account = models.UUIDField()
    words = models.TextField()
    disputed_at = models.DateTimeField()


class Registration(models.Model):
    """Her registration: one for an account, with a number. It ends only by an act with its own ground."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField(unique=True)
    number = models.CharField(max_length=9, unique=True)
    registered_at = models.DateTimeField()


class RegistrationPart(models.Model):
    """An appointment with a qualified ground that she confirmed: it made or extended the registration."""

    id = models.UUIDField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+")
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class PreRegisterAssignment(models.Model):
    """An appointment with an unqualified ground that she confirmed: in the pre-register, and not counted."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account"], name="register_pre_register_of")]


class NumberEnded(models.Model):
    """A register number that was somebody's, as a keyed hash: it is never given again."""

    number_hash = models.BinaryField(primary_key=True)
