"""Sends what is due. A code in a mail is issued at the moment of sending, by the domain that asked for the mail."""

import enum
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from lerarenregister.outbox import actions
from lerarenregister.register.actions import code_for_mail, forget_work_mail, issue_mailed_code
from lerarenregister.register.queries import contact_address
from lerarenregister.register.rulebook import terms_at

_log = logging.getLogger(__name__)
_MOST_AWAY = 3
_ACTIVATION_SUBJECT = "Kijk je gegevens na in het Lerarenregister / Check your data in the Lerarenregister"
# Nobody knows which language she reads: a mail has both.
_ACTIVATION = """You can read this mail in English below.

Hallo,

Je schoolbestuur heeft gegevens over je aanstelling aangeleverd bij het Lerarenregister.
Die doen niets voordat jij hebt gezegd dat ze kloppen. Meedoen is vrijwillig. Doe je niets, dan gebeurt er niets.

Kijk ze na met deze link. Je logt in met een inlogmiddel van jezelf.
{link}

Of vul deze code in op {address}: {code}
De code werkt {days} dagen en één keer. Geef hem aan niemand anders.

---

Hello,

Your school board delivered data about your appointment to the Lerarenregister, the register of teachers.
They have no effect before you say that they are right. Taking part is voluntary. If you do nothing, nothing happens.

Check them with this link. You sign in with a login of your own.
{link}

Or fill in this code on {address}: {code}
The code works for {days} days, and only once. Do not give it to anyone else.
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to send. `accepted` is told when the server took it, then `done`; `done` also when this address
    takes none. `given_up`: it was never taken, and the same address may be mailed another time."""

    to: str
    subject: str
    text: str
    done: Callable[[datetime], None]
    accepted: Callable[[datetime], None] = lambda _: None
    given_up: Callable[[datetime], None] = lambda _: None


class Answer(enum.Enum):
    """What became of one try."""

    SENT = enum.auto()
    NEVER = enum.auto()
    """The address takes no mail, or is none."""
    LATER = enum.auto()
    AWAY = enum.auto()
    """Nobody answers: that says nothing of this message."""


def _activation(reference: UUID, at: datetime) -> Mail | None:
    mailed = code_for_mail(reference)
    if mailed is None:
        return None
    code = mailed.code
    page = f"{settings.BASE_URL}/activeren/"
    return Mail(
        to=mailed.address,
        subject=_ACTIVATION_SUBJECT,
        text=_ACTIVATION.format(link=f"{page}{code}/", address=page, code=code, days=terms_at(at).activation_code.days),
        done=lambda moment: forget_work_mail(employee=reference, at=moment),
        accepted=lambda moment: issue_mailed_code(mailed, at=moment),
        given_up=lambda moment: forget_work_mail(employee=reference, at=moment, again=True),
    )


_REMINDER_SUBJECT = "Er staat een herinnering voor je klaar / There is a reminder for you"
_REMINDER = """You can read this mail in English below.

Hallo,

Er staat een herinnering voor je bestuur klaar in het Lerarenregister. Log in en open ‘Wanneer aanleveren’:
{link}

Deze mail komt op het adres dat een beheerder van je bestuur opgaf. Hij kan het daar weghalen.

---

Hello,

There is a reminder for your board in the Lerarenregister, the register of teachers. Sign in and open ‘When to deliver’:
{link}

This mail comes to the address that a manager of your board gave, who can take it away there.
"""


_QUESTION_SUBJECT = "Er wacht een vraag op je bestuur / A question waits for your board"
_QUESTION = """You can read this mail in English below.

Hallo,

Er wacht een vraag op je bestuur in het Lerarenregister, en de tijd om te antwoorden is bijna om.
Log in en open ‘Vragen’:
{link}

Deze mail komt op het adres dat een beheerder van je bestuur opgaf. Hij kan het daar weghalen.

---

Hello,

A question waits for your board in the Lerarenregister, the register of teachers, and the time to answer is nearly over.
Sign in and open ‘Questions’:
{link}

This mail comes to the address that a manager of your board gave, who can take it away there.
"""


def _to_board(subject: str, text: str) -> Callable[[UUID, datetime], Mail | None]:
    def rendered(reference: UUID, at: datetime) -> Mail | None:
        address = contact_address(reference)
        if not address:
            return None
        return Mail(to=address, subject=subject, text=text.format(link=f"{settings.BASE_URL}/"), done=lambda _: None)

    return rendered


RENDERERS: dict[str, Callable[[UUID, datetime], Mail | None]] = {
    "register/activation": _activation,
    "register/question": _to_board(_QUESTION_SUBJECT, _QUESTION),
    "register/reminder": _to_board(_REMINDER_SUBJECT, _REMINDER),
}


def send_due(at: datetime) -> str:
    """Send all that is due; a sentence on what was done, "" when nothing was.

    When a few in a row get no answer the rest of this round waits: each would cost the time of a connection.
    """
    sent = failed = later = away = 0
    while away < _MOST_AWAY and (waiting := actions.claim_due(at=at)):
        for message in waiting:
            mail = RENDERERS[message.template](message.reference, at)
            if mail is None:
                actions.report_failed(message.id, at=at)
                continue
            answer = _tried(mail)
            away = away + 1 if answer is Answer.AWAY else 0
            if answer is Answer.SENT:
                with transaction.atomic():  # sent, with a code that works and without the address; or it goes again
                    mail.accepted(at)
                    actions.report_sent(message.id, at=at)
                    mail.done(at)
                sent += 1
            elif answer is Answer.NEVER or message.last_try:
                with transaction.atomic():
                    actions.report_failed(message.id, at=at)
                    (mail.done if answer is Answer.NEVER else mail.given_up)(at)
                failed += 1
            else:
                later += 1
            if away == _MOST_AWAY:
                break
    return f"{sent} sent, {failed} given up, {later} will be tried again" if sent + failed + later else ""


def _tried(mail: Mail) -> Answer:
    try:
        EmailMessage(mail.subject, mail.text, settings.MAIL_FROM, [mail.to]).send()
    except smtplib.SMTPRecipientsRefused as error:
        return Answer.NEVER if any(code >= 500 for code, _ in error.recipients.values()) else Answer.LATER
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
        return Answer.LATER
    except (OSError, smtplib.SMTPException):
        return Answer.AWAY
    except ValueError as error:  # no mail server can be told such an address
        _log.warning("an address is none that can be mailed", extra={"kind": type(error).__name__})
        return Answer.NEVER
    return Answer.SENT


def destroy_done(at: datetime) -> str:
    """Remove messages that have had their term; a sentence, or "" when none had."""
    removed = actions.destroy_done(at=at)
    return f"{removed} old messages removed" if removed else ""
