"""Sends what is due. A code in a mail is issued at the moment of sending, by the domain that asked for the mail."""

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
from lerarenregister.register.rulebook import TERMS

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
    """A mail ready to send. `accepted` is told when the server took it, then `done`; `done` also when it never will."""

    to: str
    subject: str
    text: str
    done: Callable[[datetime], None]
    accepted: Callable[[datetime], None] = lambda _: None


def _activation(reference: UUID, at: datetime) -> Mail | None:
    mailed = code_for_mail(reference)
    if mailed is None:
        return None
    code = mailed.code
    page = f"{settings.BASE_URL}/activeren/"
    return Mail(
        to=mailed.address,
        subject=_ACTIVATION_SUBJECT,
        text=_ACTIVATION.format(link=f"{page}{code}/", address=page, code=code, days=TERMS.activation_code.days),
        done=lambda moment: forget_work_mail(employee=reference, at=moment),
        accepted=lambda moment: issue_mailed_code(mailed, at=moment),
    )


RENDERERS: dict[str, Callable[[UUID, datetime], Mail | None]] = {"register/activation": _activation}


def send_due(at: datetime) -> str:
    """Send all that is due; a sentence on what was done, "" when nothing was."""
    sent = failed = later = 0
    while waiting := actions.claim_due(at=at):
        for message in waiting:
            mail = RENDERERS[message.template](message.reference, at)
            if mail is None:
                actions.report_failed(message.id, at=at)
                continue
            try:
                EmailMessage(mail.subject, mail.text, settings.MAIL_FROM, [mail.to]).send()
            except smtplib.SMTPRecipientsRefused as error:
                final = message.last_try or any(code >= 500 for code, _ in error.recipients.values())
            except (OSError, smtplib.SMTPException):
                final = message.last_try
            else:
                with transaction.atomic():  # sent, with a code that works and without the address; or it goes again
                    mail.accepted(at)
                    actions.report_sent(message.id, at=at)
                    mail.done(at)
                sent += 1
                continue
            if final:
                with transaction.atomic():
                    actions.report_failed(message.id, at=at)
                    mail.done(at)
                failed += 1
            else:
                later += 1
    return f"{sent} sent, {failed} given up, {later} will be tried again" if sent + failed + later else ""


def destroy_done(at: datetime) -> str:
    """Remove messages that have had their term; a sentence, or "" when none had."""
    removed = actions.destroy_done(at=at)
    return f"{removed} old messages removed" if removed else ""
