"""Who is in the register twice: what was found, and registrations that answer as another."""

from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet

from lerarenregister.register.models.cases import Case
from lerarenregister.register.models.people import Employee
from lerarenregister.register.models.registrations import Registration


class Duplicate(models.Model):
    """Two files that may be of one person (`one` is the older), why that was found, and what two people decided.
    Instead of the other file there is the account of somebody whom no board delivered, registered on a proof.

    `facts` is a keyed hash of what they were compared by: who was found to be two is asked again only when that
    changed. `found` are the reasons of `rules.likeness`. `same` is None while the case is open.
    """

    id = models.UUIDField(primary_key=True)
    one = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="+", null=True)
    other_account = models.UUIDField(null=True)
    case = models.OneToOneField(Case, on_delete=models.SET_NULL, related_name="+", null=True)
    facts = models.BinaryField()
    likeness = models.CharField(max_length=10)
    found = models.JSONField(default=list)
    found_at = models.DateTimeField()
    same = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)

    @classmethod
    def of_account(cls, account: UUID | OuterRef) -> QuerySet["Duplicate"]:
        """Those in which the holder of this account is one of the two."""
        return cls.objects.filter(Q(one__account=account) | Q(other__account=account) | Q(other_account=account))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="register_duplicate_pair_once"),
            models.UniqueConstraint(fields=["one", "other_account"], name="register_duplicate_proven_once"),
            models.CheckConstraint(
                condition=(Q(other=None, other_account__isnull=False) | Q(other__isnull=False, other_account=None))
                & (Q(other=None) | ~Q(one=F("other"))),
                name="register_duplicate_of_two",
            ),
        ]
        indexes = [
            models.Index(
                fields=["other_account"],
                condition=Q(other_account__isnull=False),
                name="register_duplicate_proven_of",
            )
        ]


class Merge(models.Model):
    """One registration answers as another, by an act of each, until that is undone. Its own parts stay its own.

    `into` may itself be merged. `case` is the one in which it was decided; `split_case` the one about undoing it.
    """

    id = models.UUIDField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+", db_index=False)
    into = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="+", null=True)
    split_case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(undone_at__isnull=True), name="register_merge_one_standing"
            ),
            models.CheckConstraint(condition=~Q(registration=F("into")), name="register_merge_of_two"),
        ]


class AnswersAs(models.Model):
    """Under which registration (`root`) one counts and answers, as it was known at each moment; no row: under itself.

    It follows from the merges that stand, however many in a row, so that no query has to walk along them.
    """

    id = models.UUIDField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+", db_index=False)
    root = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(superseded_at__isnull=True), name="register_answers_as_one"
            ),
            models.CheckConstraint(condition=~Q(registration=F("root")), name="register_answers_as_another"),
        ]
