"""What she objects to."""

from django.db import models
from django.db.models import Q

from lerarenregister.register.models.institutions import Board


class Objection(models.Model):
    """She objects to being delivered by a board, until she withdraws it (or, after she closed her account, until
    `kept_until`). `staff_hash` is a keyed hash of her staff number there: with it a delivery is recognised. `file` was
    her file at that board, which may be gone. `account` and `staff_number` are erased with her account."""

    id = models.UUIDField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff_hash = models.BinaryField()
    staff_number = models.CharField(max_length=40, blank=True)
    account = models.UUIDField(null=True)
    file = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["board", "staff_hash"], condition=Q(withdrawn_at=None), name="register_objection_one_in_force"
            )
        ]
        indexes = [models.Index(fields=["account"], name="register_objections_of")]
