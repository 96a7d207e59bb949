"""Schools that go from one board to another, and the people who went along."""

from django.db import models

from lerarenregister.register.models.institutions import Board
from lerarenregister.register.models.people import Employee


class Transfer(models.Model):
    """Institutions (`brins`) go from one board to another on a day. One of the support organisation proposes it and
    another agrees; until then `proposed_by` and keyed hashes of her name and birth date are kept, to know a second
    person. From the day on the people go along. `numbers` are new staff numbers {old: new} for those whose number is
    taken; erased when all is done."""

    id = models.UUIDField(primary_key=True)
    giving = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+")
    taking = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+")
    brins = models.JSONField(default=list)
    on = models.DateField()
    numbers = models.JSONField(default=dict)
    proposed_by = models.UUIDField(null=True)
    name_hash = models.BinaryField(default=bytes)
    birth_hash = models.BinaryField(default=bytes)
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    moved = models.PositiveIntegerField(default=0)
    staying = models.PositiveIntegerField(default=0)


class FileMove(models.Model):
    """A file went along to another board: under which number it was known where it came from, from which day it is the
    other's (`on`), and when that was recorded."""

    id = models.UUIDField(primary_key=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    giving = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff_number = models.CharField(max_length=40)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    recorded_at = models.DateTimeField()
