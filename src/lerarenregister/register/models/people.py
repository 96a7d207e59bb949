"""People as a board knows them, and their appointments. Nothing here has effect before she confirmed it."""

from django.db import models
from django.db.models import F, Q

from lerarenregister.register.models.deliveries import Delivery
from lerarenregister.register.models.institutions import Board


class Employee(models.Model):
    """Someone at a board, known by her staff number there. `account` is set when her code was redeemed."""

    id = models.UUIDField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff_number = models.CharField(max_length=40)
    account = models.UUIDField(null=True)
    joined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "staff_number"], name="register_employee_once")]
        indexes = [
            models.Index(fields=["account"], name="register_employee_account", condition=Q(account__isnull=False))
        ]


class PersonVersion(models.Model):
    """Her name and birth date as delivered, with the delivery and line they came from."""

    id = models.UUIDField(primary_key=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    family_name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=40, blank=True)
    initials = models.CharField(max_length=40, blank=True)
    birth_date = models.DateField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["birth_date"], condition=Q(superseded_at__isnull=True), name="register_person_born")
        ]


class Appointment(models.Model):
    """The identity of an appointment (benoeming). `series` is a hash of everything but `begin`: two appointments of
    one series never hold on the same day."""

    id = models.UUIDField(primary_key=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    series = models.UUIDField()
    location_code = models.CharField(max_length=6)
    ground = models.CharField(max_length=10)
    subject = models.CharField(max_length=100, blank=True)
    field = models.CharField(max_length=100, blank=True)
    begin = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "begin"], name="register_appointment_once")]


class AppointmentVersion(models.Model):
    """What was delivered about an appointment: its end (half-open) or that it was a mistake. `set_aside_at`: two people
    of the support organisation decided that she is right and it is wrong; it has no effect from then on."""

    id = models.UUIDField(primary_key=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    series = models.UUIDField()
    begin = models.DateField()
    until = models.DateField(null=True)
    withdrawn = models.BooleanField(default=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("begin")), name="register_appointment_period"
            ),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(superseded_at__isnull=True), name="register_appointment_current"
            ),
        ]
