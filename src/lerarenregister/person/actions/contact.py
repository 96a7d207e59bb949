"""An address of her own: given, verified by a code that came to it, told on in the rhythm that she chose, taken away.

It is never used to sign in or to recover anything, and nobody but her sees it.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from lerarenregister.accounts.actions import take_turn
from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.queries import last_seen
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import ContactCode, new_id
from lerarenregister.outbox.actions import queue, withdraw
from lerarenregister.person.errors import CodeWrong, TooManyCodes
from lerarenregister.person.events import ContactChanged, PersonTold
from lerarenregister.person.models import CodeAsked, Contact
from lerarenregister.person.rules import A_DAY, MOST_CODES_A_DAY, MOST_TRIES, NEWS_FOR, Rhythm, to_tell
from lerarenregister.register.keyed import keyed_hash
from lerarenregister.register.queries import news_since
from lerarenregister.register.rulebook import terms_at

CODE, MOVED, NEWS = "person/code", "person/moved", "person/news"
_JOB = Actor(None, "job")
_AT_ONCE = 500
_LONGEST = 254
"""Of an address (RFC 5321, 4.5.3.1.3)."""


@transaction.atomic
def give_contact(*, address: str, rhythm: Rhythm, viewer: Viewer, at: datetime) -> bool:
    """She gives an address, or chooses another rhythm for the one that she has; returns whether a code is on its way.

    The one that she had stays until the new one is verified. The same address while it waits sends another code, and
    the earlier is void. Raises SignInNeeded, PersonBoundNeeded, Invalid (no address), TooManyCodes (of her, or to that
    address, within a day).
    """
    account, wanted = viewer.person(), _address(address)
    take_turn(account)
    held = Contact.objects.select_for_update().filter(account=account)
    verified, waiting = held.filter(verified_at__isnull=False).first(), held.filter(verified_at=None).first()
    if verified is not None and verified.address == wanted and verified.bounced_at is None:
        if waiting is not None:
            _let_go(waiting)
        if verified.rhythm != rhythm:
            verified.rhythm = rhythm
            verified.save(update_fields=["rhythm"])
            record(ContactChanged("rhythm"), actor=viewer.as_teacher(), at=at, subjects=[account])
        return False
    _count_code(account, wanted, at)
    row = waiting or Contact(id=new_id(), account=account)
    withdraw(references=[row.id])
    row.address, row.rhythm, row.asked_at = wanted, rhythm, at
    row.code_hash, row.code_until, row.tries, row.bounced_at = b"", None, 0, None
    row.save()
    queue(template=CODE, reference=row.id, values={}, at=at)
    record(ContactChanged("asked"), actor=viewer.as_teacher(), at=at, subjects=[account])
    return True


def _count_code(account: UUID, address: str, at: datetime) -> None:
    """Raises TooManyCodes when as many went out within a day, of her or to this address, whoever asked."""
    hashed = keyed_hash("contact-address", address.lower())
    lately = CodeAsked.objects.filter(asked_at__gt=at - A_DAY)
    if max(lately.filter(account=account).count(), lately.filter(address_hash=hashed).count()) >= MOST_CODES_A_DAY:
        raise TooManyCodes
    CodeAsked.objects.create(id=new_id(), account=account, address_hash=hashed, asked_at=at)


def verify_contact(*, code: str, viewer: Viewer, at: datetime) -> None:
    """She fills in the code that came to the address: it is hers from now on, and the one of before is told and gone.

    A code that has the wrong form is no try. Raises SignInNeeded, PersonBoundNeeded, Absent (no address waits),
    CodeWrong (also when it expired or was tried too often: then only a new one helps).
    """
    account = viewer.person()
    try:
        value = ContactCode.parse(code).value
    except Invalid as error:
        raise CodeWrong from error
    with transaction.atomic():
        take_turn(account)
        held = Contact.objects.select_for_update().filter(account=account)
        waiting = held.filter(verified_at=None).first()
        if waiting is None:
            raise Absent("no address waits for a code")
        right = _works(waiting, value, at)
        if right:
            _take(waiting, held.filter(verified_at__isnull=False).first(), viewer, at)
        else:  # noted also when this is a wrong one: it is committed before it is said
            waiting.tries = min(waiting.tries + 1, MOST_TRIES)
            waiting.save(update_fields=["tries"])
    if not right:
        raise CodeWrong


def _works(waiting: Contact, value: str, at: datetime) -> bool:
    right = hmac.compare_digest(_hashed(waiting.id, value), bytes(waiting.code_hash))
    return right and waiting.code_until is not None and at < waiting.code_until and waiting.tries < MOST_TRIES


def _take(waiting: Contact, before: Contact | None, viewer: Viewer, at: datetime) -> None:
    """The address that waited is hers; the one of before is told once, and gone."""
    if before is not None:
        if before.bounced_at is None:
            waiting.before = before.address
            queue(template=MOVED, reference=waiting.id, values={}, at=at)
        _let_go(before)
    waiting.verified_at, waiting.told_at, waiting.bounced_at = at, at, None
    waiting.code_hash, waiting.code_until = b"", None
    waiting.save()
    record(ContactChanged("verified"), actor=viewer.as_teacher(), at=at, subjects=[waiting.account])


@transaction.atomic
def remove_contact(*, viewer: Viewer, at: datetime) -> bool:
    """She takes her addresses away, also one that waits: erased at once. Whether there was one."""
    account = viewer.person()
    take_turn(account)
    rows = list(Contact.objects.select_for_update().filter(account=account))
    for row in rows:
        _let_go(row)
    if rows:
        record(ContactChanged("removed"), actor=viewer.as_teacher(), at=at, subjects=[account])
    return bool(rows)


def erase_contacts(account: UUID) -> None:
    """Her account is closed: nothing of hers is left. In the caller's transaction."""
    for row in Contact.objects.select_for_update().filter(account=account):
        _let_go(row)
    CodeAsked.objects.filter(account=account).delete()


def _let_go(row: Contact) -> None:
    withdraw(references=[row.id])
    row.delete()


@dataclass(frozen=True, slots=True)
class CodeToMail:
    """A code that is about to be mailed, and where."""

    contact: UUID
    address: str
    code: ContactCode


def contact_code(contact: UUID) -> CodeToMail | None:
    """A fresh code for an address that waits; None when none does. For the sending job: nothing is kept of it yet."""
    row = Contact.objects.filter(pk=contact, verified_at=None).first()
    return CodeToMail(contact, row.address, ContactCode.random()) if row else None


@transaction.atomic
def issue_contact_code(mailed: CodeToMail, *, at: datetime) -> None:
    """The mail server took it: the code works from now on. One that was taken away meanwhile gets none."""
    waiting = Contact.objects.select_for_update().filter(verified_at=None, address=mailed.address)
    row = waiting.filter(pk=mailed.contact).first()
    if row is not None:
        row.code_hash = _hashed(row.id, mailed.code.value)
        row.code_until, row.tries = at + terms_at(at).contact_code, 0
        row.save(update_fields=["code_hash", "code_until", "tries"])


def contact_address_of(contact: UUID) -> str | None:
    """Where she is told; None when it is not verified, takes no mail or is gone."""
    row = Contact.objects.filter(pk=contact, verified_at__isnull=False, bounced_at=None).first()
    return row.address if row else None


def address_before(contact: UUID) -> str | None:
    """Where she was told before this address, for the one mail that says so; None when that was sent."""
    return Contact.objects.filter(pk=contact).exclude(before="").values_list("before", flat=True).first()


@transaction.atomic
def forget_address_before(contact: UUID) -> None:
    """The one mail to it was sent, or could not be."""
    Contact.objects.filter(pk=contact).update(before="")


@transaction.atomic
def note_bounce(*, contact: UUID, at: datetime) -> bool:
    """Mail to this address came back for good: it gets none any more, and she sees it on her page. Whether that was
    news."""
    row = Contact.objects.select_for_update().filter(pk=contact, bounced_at=None).first()
    if row is None:
        return False
    row.bounced_at, row.code_hash, row.code_until = at, b"", None
    row.save(update_fields=["bounced_at", "code_hash", "code_until"])
    withdraw(references=[row.id])
    record(ContactChanged("bounced"), actor=_JOB, at=at, subjects=[row.account])
    return True


def tell_news(at: datetime) -> int:
    """Queue one mail for each who wants to be told, has something new and did not look since; how many.

    What is told is noted in the transaction of the mail, so that running it twice tells nobody twice.
    """
    soon = terms_at(at).case_reminder
    news = news_since(at - NEWS_FOR, at=at, soon=soon)
    told, accounts = 0, sorted(news)
    for start in range(0, len(accounts), _AT_ONCE):
        some = accounts[start : start + _AT_ONCE]
        seen = last_seen(some)
        wanting = Contact.objects.filter(Q(account__in=some), verified_at__isnull=False, bounced_at=None)
        for key in wanting.exclude(rhythm=Rhythm.NEVER).values_list("pk", flat=True):
            with transaction.atomic():
                row = Contact.objects.select_for_update().filter(pk=key, bounced_at=None).first()
                if row is None or row.told_at is None:
                    continue
                found = news[row.account]
                if to_tell(
                    Rhythm(row.rhythm),
                    newest=found.newest,
                    due_on=found.due_on,
                    told_at=row.told_at,
                    seen_at=seen.get(row.account),
                    soon=soon,
                    now=at,
                ):
                    row.told_at = at
                    row.save(update_fields=["told_at"])
                    queue(template=NEWS, reference=row.id, values={}, at=at)
                    record(PersonTold(), actor=_JOB, at=at, subjects=[row.account])
                    told += 1
    return told


def forget_unverified(at: datetime) -> int:
    """Erase addresses of which the code was never filled in, a day after it stopped working, and what was counted a day
    ago; how many addresses."""
    before = at - terms_at(at).contact_code - A_DAY
    CodeAsked.objects.filter(asked_at__lte=at - A_DAY).delete()
    forgotten = 0
    for key in Contact.objects.filter(verified_at=None, asked_at__lt=before).values_list("pk", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            row = Contact.objects.select_for_update().filter(pk=key, verified_at=None, asked_at__lt=before).first()
            if row is not None:
                _let_go(row)
                forgotten += 1
    return forgotten


def _address(typed: str) -> str:
    """The address as it is kept. Raises Invalid when it is none."""
    address = typed.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid("address") from error
    if len(address) > _LONGEST or not address.isascii():
        raise Invalid("address")
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


def _hashed(contact: UUID, value: str) -> bytes:
    return keyed_hash("contact-code", f"{contact} {value}")
