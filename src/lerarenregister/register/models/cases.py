"""Cases: what was asked, whose turn it is and until when, and every step."""

from django.db import models
from django.db.models import Q

from lerarenregister.register.models.institutions import Board
from lerarenregister.register.models.people import AppointmentVersion, Employee


class Case(models.Model):
    """Something that is asked, answered and decided; `kind`, `turn`, `proposed` and `outcome` as in `rules.cases`.

    `account` is whom it is about, when she has one; `board` who answers or reported; `version` what she disputes;
    `effective_on` the day that was reported. What her sign-in said of her (`claimed_`) is erased after its term.
    `due_on` is the last day in time. `assigned_to` is who of the support organisation took it on.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12)
    turn = models.CharField(max_length=8)
    due_on = models.DateField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    proposed = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    account = models.UUIDField(null=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    version = models.ForeignKey(AppointmentVersion, on_delete=models.PROTECT, related_name="+", null=True)
    effective_on = models.DateField(null=True)
    claimed_family_name = models.CharField(max_length=200, blank=True)
    claimed_given_name = models.CharField(max_length=200, blank=True)
    claimed_birth_date = models.DateField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    assigned_to = models.UUIDField(null=True)
    assigned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(turn="") ^ Q(closed_at__isnull=True), name="register_case_turn"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(kind="dispute", closed_at=None), name="register_case_one_dispute"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(kind="request", closed_at=None), name="register_case_one_request"
            ),
            models.UniqueConstraint(
                fields=["employee"], condition=Q(kind="death", closed_at=None), name="register_case_one_death"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(kind="name", closed_at=None), name="register_case_one_name"
            ),
        ]
        indexes = [
            models.Index(fields=["account"], name="register_cases_of"),
            models.Index(fields=["board", "turn", "due_on"], name="register_cases_of_board"),
            models.Index(fields=["turn", "due_on"], name="register_cases_due"),
        ]


class CaseStep(models.Model):
    """What somebody did to a case: never changed. `account` and `organisation` (a board number) are who did it, the
    first forgotten after the term of giving account. `name_hash` and `birth_hash` recognise who proposed, so that
    nobody agrees with herself through another account; `values` are what was proposed beside the words."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    move = models.CharField(max_length=10)
    role = models.CharField(max_length=40)
    organisation = models.CharField(max_length=40, blank=True)
    account = models.UUIDField(null=True)
    words = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    values = models.JSONField(default=dict)
    name_hash = models.BinaryField(default=b"")
    birth_hash = models.BinaryField(default=b"")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="register_case_step_once")]


class Qualification(models.Model):
    """A qualification of hers of which two people of the support organisation saw the proof; no copy is kept.

    `ground` is the ground of the rulebook (it says the grade), `level` for which pupils it holds when that is said on
    it, `proof` certificate or statement. It holds from `begin`, the day of the proof, and is known from `recorded_at`.
    """

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="+", null=True)
    ground = models.CharField(max_length=10)
    sector = models.CharField(max_length=3)
    subject = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=40, blank=True)
    proof = models.CharField(max_length=12)
    issuer = models.CharField(max_length=200)
    begin = models.DateField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="register_qualification_of")]


class ProvenPerson(models.Model):
    """Her name and birth date of which two people of the support organisation saw the proof, and that she confirmed; no
    copy is kept. Holds above what boards delivered until she confirms something that was delivered later."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="+", null=True)
    family_name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=40, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(superseded_at__isnull=True), name="register_proven_person_current"
            )
        ]
        indexes = [
            models.Index(fields=["account"], name="register_proven_person_of"),
            models.Index(fields=["birth_date"], condition=Q(superseded_at__isnull=True), name="register_proven_born"),
        ]
