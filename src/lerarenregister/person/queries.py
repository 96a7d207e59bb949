"""All that is held of one person, for herself alone; and her objections, also for who answers them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lerarenregister.accounts.permissions import Permission, SessionKind, Viewer
from lerarenregister.accounts.queries import ever_had_a_role, own_account
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Reason
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.findings import Finding
from lerarenregister.kernel.holdings import Held
from lerarenregister.kernel.leaving import Leaving
from lerarenregister.person.events import ObjectionsConsulted
from lerarenregister.person.models import CodeAsked, Contact, Objection
from lerarenregister.person.parts import PARTS, Subject, held_by_all
from lerarenregister.person.rules import Rhythm
from lerarenregister.register.queries import asked_something, subject_ids_of


def subject_of(viewer: Viewer) -> Subject:
    """Who she is to the domains: with an account that an employer gave, that account and no file of a teacher.

    Raises SignInNeeded or PersonBoundNeeded.
    """
    account = own_account(viewer)
    if viewer.session is SessionKind.EMPLOYER:
        return Subject(account, ())
    return Subject(account, tuple(subject_ids_of(account)[1:]))


def has_something(account: UUID) -> bool:
    """Whether this account is more than a way to look around: it has or had a role, a file at a board joined it, or it
    asked something here (a review of its code, an objection). Of a portfolio only its own door knows."""
    asked = Objection.objects.filter(account=account).exists() or asked_something(account)
    asked = asked or Contact.objects.filter(account=account).exists()
    return asked or ever_had_a_role(account) or len(subject_ids_of(account)) > 1


def everything_held(viewer: Viewer) -> Iterator[Held]:
    """All that the installed domains hold of her, read while it is handed over; raises as `subject_of`."""
    return held_by_all(PARTS, subject_of(viewer))


def what_leaves(viewer: Viewer, at: datetime) -> list[Leaving]:
    """What goes when she closes her account, and what stays until when, as the parts say; raises as `subject_of`."""
    subject = subject_of(viewer)
    return [each for part in PARTS for each in part.leaving(subject, at)]


@dataclass(frozen=True, slots=True)
class OwnObjection:
    """An objection as she sees it. `granted` is None until it is answered."""

    id: UUID
    activity: str
    words: str
    made_at: datetime
    answer_by: datetime
    withdrawn_at: datetime | None
    answered_at: datetime | None
    granted: bool | None
    motive: str

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answered_at is None and self.withdrawn_at is None


def own_objections(viewer: Viewer) -> list[OwnObjection]:
    """Her objections, the newest first; raises SignInNeeded or PersonBoundNeeded."""
    names = list(OwnObjection.__dataclass_fields__)
    rows = Objection.objects.filter(account=own_account(viewer)).order_by("-made_at", "-id").values(*names)
    return [OwnObjection(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class WaitingObjection:
    """An objection as who answers it sees it: what she says, and whose account it is as a number."""

    id: UUID
    account: UUID
    activity: str
    words: str
    made_at: datetime
    answer_by: datetime
    late: bool


@transaction.atomic
def objections_waiting(
    *, viewer: Viewer, at: datetime, most: int = 50, among: UUID | None = None
) -> list[WaitingObjection]:
    """The oldest objections that wait, but for the viewer's own; raises NotAllowed. One consultation is recorded.

    Raises Absent, and nothing is consulted, when `among` is given and is none of them.
    """
    actor = viewer.must(Permission.PERSON_OBJECTION_LIST)
    waiting = Objection.objects.filter(answered_at=None, withdrawn_at=None)
    if viewer.account is not None:
        waiting = waiting.exclude(account=viewer.account)
    rows = list(waiting.order_by("made_at", "id")[:most])
    if among is not None and among not in {row.id for row in rows}:
        raise Absent("no such objection waits")
    if not rows:
        return []
    subjects = list(dict.fromkeys(row.account for row in rows))
    record(ObjectionsConsulted(Reason.OBJECTION_IS_ANSWERED, len(rows)), actor=actor, at=at, subjects=subjects)
    return [
        WaitingObjection(
            row.id, row.account, row.activity, row.words, row.made_at, row.answer_by, late=row.answer_by <= at
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ObjectionsState:
    """How many objections wait for an answer, and how many of them past their term."""

    waiting: int
    late: int


def objections_state(at: datetime) -> ObjectionsState:
    """Counts, and no person."""
    waiting = Objection.objects.filter(answered_at=None, withdrawn_at=None)
    return ObjectionsState(waiting.count(), waiting.filter(answer_by__lte=at).count())


def accounts_named() -> Iterator[UUID]:
    """The accounts of which there is an objection or an address."""
    for model in (Objection, Contact, CodeAsked):
        yield from model._default_manager.order_by("account").values_list("account", flat=True).distinct().iterator()


def broken_rules() -> Iterator[Finding]:
    """What may never be, in words and ids."""
    whole = Q(answered_at__isnull=False, granted__isnull=False) & ~Q(motive="")
    none = Q(answered_at=None, granted=None, motive="")
    for found in Objection.objects.exclude(whole | none).order_by("id").values_list("id", flat=True).iterator():
        yield Finding("an objection was answered halfway", str(found))
    both = Objection.objects.filter(answered_at__isnull=False, withdrawn_at__isnull=False).order_by("id")
    for found in both.values_list("id", flat=True).iterator():
        yield Finding("an objection was answered and taken back", str(found))


@dataclass(frozen=True, slots=True)
class OwnContact:
    """The address at which she is told, and one that waits for its code ("" when there is none). `bounced`: mail to
    hers came back."""

    address: str
    rhythm: Rhythm
    bounced: bool
    waiting: str
    sent: bool


def own_contact(viewer: Viewer) -> OwnContact:
    """Hers; raises SignInNeeded or PersonBoundNeeded. `sent`: whether the mail server took the code."""
    rows = list(Contact.objects.filter(account=viewer.person()))
    verified = next((row for row in rows if row.verified_at is not None), None)
    waiting = next((row for row in rows if row.verified_at is None), None)
    rhythm = (verified or waiting).rhythm if rows else Rhythm.DAILY  # type: ignore[union-attr]  # one of them is there
    return OwnContact(
        address=verified.address if verified else "",
        rhythm=Rhythm(rhythm),
        bounced=any(row.bounced_at is not None for row in rows),
        waiting=waiting.address if waiting else "",
        sent=waiting is not None and waiting.code_until is not None,
    )


def contacts_held(account: UUID) -> Iterator[Held]:
    """Her addresses, without the hash of a code."""
    names = ("address", "rhythm", "asked_at", "verified_at", "told_at", "bounced_at", "before")
    of_asking = ("id", "asked_at")
    yield Held("codes_asked", iter(CodeAsked.objects.filter(account=account).order_by("id").values(*of_asking)))
    yield Held("contacts", iter(Contact.objects.filter(account=account).order_by("id").values("id", *names)))


def contact_ids(account: UUID) -> list[UUID]:
    """Under which ids messages to her own address wait."""
    return list(Contact.objects.filter(account=account).order_by("id").values_list("id", flat=True))


def contacts_state() -> tuple[int, int]:
    """How many addresses of their own people have, and to how many of them mail came back."""
    verified = Contact.objects.filter(verified_at__isnull=False)
    return verified.count(), verified.filter(bounced_at__isnull=False).count()


def objections_held(account: UUID) -> Iterator[Held]:
    """Her objections, without who answered them: that is another person."""
    names = ("activity", "words", "made_at", "answer_by", "withdrawn_at", "answered_at", "granted", "motive")
    yield Held("objections", iter(Objection.objects.filter(account=account).order_by("id").values("id", *names)))
