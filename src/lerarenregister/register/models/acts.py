"""What the register decided about a registration, and the days on which it holds."""

from django.db import models

from lerarenregister.register.models.institutions import Recorded
from lerarenregister.register.models.registrations import Registration


class Act(models.Model):
    """A decision about one registration. It is never changed: another act follows it.

    `kind` is a `rules.acts.ActKind`; `article` and `rulebook` are the rule that it rests on and the version of the
    rulebook then; `role` is as whom it was decided; `effective_on` is the first day on which it holds.
    """

    id = models.UUIDField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    article = models.CharField(max_length=8)
    rulebook = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40)
    effective_on = models.DateField()
    decided_at = models.DateTimeField()


class RegistrationSpell(Recorded):
    """Days on which a registration holds, by an act. That two never overlap is guaranteed by the database."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")

    class Meta(Recorded.Meta):
        indexes = [models.Index(fields=["registration"], name="register_spell_of")]
