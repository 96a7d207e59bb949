"""The stored rows: random ids, owners, versions, and ciphertext. They hold no moment; the physical
order of rows in a database file can still hint at the order of writing (the threat model says so).

Owners are account ids without a foreign key: the portfolio leans on nothing but its own key. In the clear beside these
stand sizes, which entry a file is of, days on which something goes (what was deleted:
docs/decisions/0003-purge-day-in-the-clear.md; a file that nobody named), and of what she released for which purpose and
until which day.
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


class File(models.Model):
    """A file beside an entry, or one that waits for it. `stored` is the sum of the bytes of its pieces."""

    id = models.UUIDField(primary_key=True)
    owner = models.UUIDField()
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="+")
    stored = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["owner"], name="portfolio_file_owner")]


class FilePiece(models.Model):
    """A piece of a file, or of the small image beside it, sealed before it came here."""

    id = models.UUIDField(primary_key=True)
    file = models.ForeignKey(File, on_delete=models.CASCADE, db_index=False, related_name="+")
    small = models.BooleanField()
    number = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "small", "number"], name="portfolio_piece_once")]


class Waiting(models.Model):
    """The day from which a file that still waits for its entry goes for good. `reference`: how the entry will name it,
    sealed; empty until it came in to its end. `came`: with a form (""), as a zip that is brought in, or out of one."""

    file = models.OneToOneField(File, on_delete=models.CASCADE, primary_key=True, related_name="+")
    due_on = models.DateField(db_index=True)
    reference = models.BinaryField()
    came = models.CharField(max_length=6, blank=True, default="")


class IndexSegment(models.Model):
    """A part of the index by which a large portfolio is found in, made at a search. `bucket`: which of her things it is
    of, by the beginning of their ids. It goes whenever one of those is erased, and is made anew when it is missed."""

    id = models.UUIDField(primary_key=True)
    owner = models.UUIDField()
    bucket = models.PositiveSmallIntegerField()
    envelope = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "bucket"], name="portfolio_segment_once")]


class PortfolioKey(models.Model):
    """The id that the vault has for the key of an owner. It opens nothing, and everybody has one. `ticket` was made
    with the key itself and does nothing but erase it; "" until the key was opened once.

    `elsewhere`: something of hers may wait where nothing here knows of it, on a device that she marked or at the
    address at which she receives. `unkept`: a hash of the recovery code that she did not say she kept ("?" when it may
    never have reached her), "" when she did."""

    owner = models.UUIDField(primary_key=True)
    key = models.UUIDField(unique=True)
    ticket = models.CharField(max_length=64, blank=True)
    elsewhere = models.BooleanField(default=False)
    unkept = models.CharField(max_length=64, blank=True, default="")


class KeyErasure(models.Model):
    """A key of a closed account, and the ticket that erases it and does nothing else. `kept_until` is None until the
    vault erased it; then the row stays as long as a backup of the vault may bring the key back."""

    key = models.UUIDField(primary_key=True)
    ticket = models.CharField(max_length=64)
    kept_until = models.DateField(null=True, db_index=True)


class Release(models.Model):
    """Coarse values that an owner released for a purpose, sealed under a key of the installation, and the days between
    which they count. Without it nothing of her portfolio is in any statistic."""

    id = models.UUIDField(primary_key=True)
    owner = models.UUIDField()
    purpose = models.CharField(max_length=40)
    released_on = models.DateField()
    until = models.DateField(db_index=True)
    values = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "purpose"], name="portfolio_release_once")]
