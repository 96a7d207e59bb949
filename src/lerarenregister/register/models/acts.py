"""What the register decided about a registration, and the days on which it holds."""

from django.db import models
from django.db.models import Q

from lerarenregister.register.models.cases import Case
from lerarenregister.register.models.institutions import Recorded
from lerarenregister.register.models.registrations import Registration


class Act(models.Model):
    """A decision about one registration. It is never changed: another act follows it.

    `kind` is a `rules.acts.ActKind`; `article` and `rulebook` are the rule that it rests on and the version of the
    rulebook then; `role` is as whom it was decided; `effective_on` is the first day on which it holds. `case` is
    the one in which it was decided, and `motive` what was said for it there.
    """

    id = models.UUIDField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    article = models.CharField(max_length=8)
    rulebook = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40)
    effective_on = models.DateField()
    decided_at = models.DateTimeField()
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="+", null=True)
    motive = models.TextField(blank=True)


class RegistrationSpell(Recorded):
    """Days on which a registration holds, by an act. That two never overlap is guaranteed by the database."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["registration"], name="register_spell_of")]


class EndNotice(models.Model):
    """She was told that her registration ends on a day, and on which ground (a `rules.ends.EndGround`).

    `lifted_at`: it does not end by this: she said that she stays (`by_herself`), or what it rested on is no longer so.
    `act`: it ended.
    """

    id = models.UUIDField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+", db_index=False)
    ground = models.CharField(max_length=12)
    given_at = models.DateTimeField()
    ends_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    by_herself = models.BooleanField(default=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "ground"],
                condition=Q(lifted_at=None, act=None),
                name="register_end_notice_one",
            )
        ]
        indexes = [models.Index(fields=["registration"], name="register_end_notices_of")]
