"""Accounts, identities, sessions, roles and invitations."""

from django.db import models


class Account(models.Model):
    """A person here. It has no name of its own: names live where they were delivered or claimed.

    A closed one is a number that leads to nobody: it keeps the roles that it had, and what was done in them."""

    id = models.UUIDField(primary_key=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Identity(models.Model):
    """An identity at a provider, linked to an account: (issuer, subject) is one person there."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=40)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    person_bound = models.BooleanField()
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_identity_once")]


class SignedInSession(models.Model):
    """A session of an account: what she sees in her list and what "sign out everywhere" ends. One that began with a
    passkey has no `identity`."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+", null=True)
    person_bound = models.BooleanField()
    second_factor = models.BooleanField(default=False)
    device = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "ended_at"], name="accounts_session_open")]


class RoleGrant(models.Model):
    """A role given to an account: by whom, for which scope, from when until when (half-open).

    `known_as` is how the giver recognises the person in her list, in the giver's own words: an account has no name.
    """

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True)
    known_as = models.CharField(max_length=80, blank=True, default="")
    given_by = models.UUIDField(null=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "ends_at"], name="accounts_role_in_force")]


class Invitation(models.Model):
    """An invitation to take a role, as a keyed hash of its code; used once, before it expires."""

    id = models.UUIDField(primary_key=True)
    code_hash = models.BinaryField()
    role = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True)
    known_as = models.CharField(max_length=80, blank=True, default="")
    given_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    role_ends_at = models.DateTimeField()
    redeemed_by = models.UUIDField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    form = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code_hash"], name="accounts_invitation_code_once")]


class InvitationTry(models.Model):
    """A try to redeem an invitation: only so many an hour per account. Kept for a day."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="accounts_invitation_tries")]


class Office(models.Model):
    """An administration office: an organisation that does the administration of boards, with people of its own."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=120)
    opened_at = models.DateTimeField()


class Mandate(models.Model):
    """What a board lets an office do in its name, from when until when (half-open). Who gave it stands in the log."""

    id = models.UUIDField(primary_key=True)
    board = models.CharField(max_length=5)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    covers = models.CharField(max_length=10)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["office", "ends_at"], name="accounts_mandate_of_office"),
            models.Index(fields=["board", "ends_at"], name="accounts_mandate_of_board"),
        ]
