"""The stored rows. They hold ciphertext under the key of a share, or sealed to whom it is for, and in the clear: whose
copy it is, its last day, how large it is, and how often it was opened and written back on.

A share is her own line about it; a copy is what others can open, and is gone when the share ends. Both have one id.
"""

from django.db import models


class Share(models.Model):
    """What she keeps of a share, sealed under her own key. It stays after the end, until she removes it."""

    id = models.UUIDField(primary_key=True)
    owner = models.UUIDField()
    line = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["owner"], name="portfolio_share_owner")]


class Copy(models.Model):
    """A frozen copy. `lookup`: a hash of a part of the secret, empty while it is being made (`cover` is then a mark).
    `tag`: a hash of the public key of whom it is for by name, else "", and `secret` is then the secret of the share,
    sealed to that key."""

    id = models.UUIDField(primary_key=True)
    owner = models.UUIDField()
    lookup = models.CharField(max_length=64, null=True, unique=True)
    until = models.DateField(db_index=True)
    tag = models.CharField(max_length=64, blank=True)
    secret = models.BinaryField()
    cover = models.BinaryField()
    stored = models.PositiveBigIntegerField()
    openings = models.PositiveIntegerField()
    answers = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["owner"], name="portfolio_copy_owner"),
            models.Index(fields=["tag"], name="portfolio_copy_tag", condition=~models.Q(tag="")),
        ]


class Sheet(models.Model):
    """Some parts of a copy, in their order."""

    id = models.UUIDField(primary_key=True)
    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["copy", "number"], name="portfolio_sheet_once")]


class CopyFile(models.Model):
    """A file in a copy: its name, type and size, sealed."""

    id = models.UUIDField(primary_key=True)
    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, related_name="+")
    reference = models.BinaryField()


class CopyPiece(models.Model):
    """A piece of a file in a copy, or of the small image beside it."""

    id = models.UUIDField(primary_key=True)
    file = models.ForeignKey(CopyFile, on_delete=models.CASCADE, db_index=False, related_name="+")
    small = models.BooleanField()
    number = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "small", "number"], name="portfolio_copypiece_once")]


class Note(models.Model):
    """That a copy was opened, or what a reader wrote back: sealed to her public key, all of one size."""

    id = models.UUIDField(primary_key=True)
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="+")
    envelope = models.BinaryField()
