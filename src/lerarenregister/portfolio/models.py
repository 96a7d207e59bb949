"""The stored rows: random ids, owners, versions, and ciphertext. They hold no time; the physical
order of rows in a database file can still hint at the order of writing (the threat model says so).

Owners are account ids without a foreign key: the portfolio leans on nothing but its own key. The one thing in the
clear beside these is the day on which a deleted entry goes for good (docs/decisions/0003-purge-day-in-the-clear.md).
"""

from django.db import models


class Entry(models.Model):
    """The present version of an entry: a head (kind, date, title, state) and a body (the text), sealed apart."""

    id = models.UUIDField(primary_key=True)
    owner = models.UUIDField()
    version = models.PositiveIntegerField()
    head = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["owner"], name="portfolio_entry_owner")]


class EntryVersion(models.Model):
    """An earlier version of an entry, moved here as it was sealed."""

    id = models.UUIDField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    head = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "version"], name="portfolio_version_once")]


class Draft(models.Model):
    """The one draft slot of an owner. It stays when it is emptied, so that its version only ever rises."""

    owner = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()
    envelope = models.BinaryField()


class Purge(models.Model):
    """The day from which a deleted entry goes for good, also if its owner never signs in again."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="+")
    due_on = models.DateField(db_index=True)


class KeyErasure(models.Model):
    """A key that must still be erased in the key store: its owner closed her account. Names nobody: `locator` and
    `mark` are hashes by which the key store recognises it."""

    id = models.UUIDField(primary_key=True)
    locator = models.BinaryField()
    mark = models.BinaryField()
