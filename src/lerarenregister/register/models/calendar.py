"""What a board said besides files, and where it is reminded."""

from django.db import models

from lerarenregister.register.models.institutions import Board


class BoardStatement(models.Model):
    """A board said that nothing changed (`kind` "nothing-changed") or that it went through all of its people
    ("full-check"). Who said it stands in the log."""

    id = models.UUIDField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["board", "kind", "said_at"], name="register_statement_last")]


class BoardContact(models.Model):
    """Where a board is reminded: an address that one of its managers gave. `reminded` are the marks of what it was
    reminded of last; `bounced_at`: mail to it came back, so that it gets none any more."""

    id = models.UUIDField(primary_key=True)
    board = models.OneToOneField(Board, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254)
    kept_at = models.DateTimeField()
    reminded = models.JSONField(default=list)
    bounced_at = models.DateTimeField(null=True)


class BurdenOfAll(models.Model):
    """What delivering cost all boards together in the year before a day, as it is published: no figure of one board."""

    on = models.DateField(primary_key=True)
    figures = models.JSONField(null=True)
