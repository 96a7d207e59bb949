"""Sends what is due. A code in a mail is issued at the moment of sending, by the domain that asked for the mail."""

import enum
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from lerarenregister.outbox import actions
from lerarenregister.person.actions import contact
from lerarenregister.register.actions import board_mail_came_back, code_for_mail, forget_work_mail, issue_mailed_code
from lerarenregister.register.queries import contact_address
from lerarenregister.register.rulebook import rulebook_at, terms_at
from lerarenregister.register.rules.mails import composed

_log = logging.getLogger(__name__)
_MOST_AWAY = 3
Did = Callable[[datetime], object]


def _nothing(_: datetime) -> None:
    """Nothing has to be noted."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to send. `accepted` is told when the server took it, then `done`. `refused`, and then `done`: this
    address takes none. `given_up`: it was never taken, and the same address may be mailed another time."""

    to: str
    subject: str
    text: str
    done: Did = _nothing
    accepted: Did = _nothing
    refused: Did = _nothing
    given_up: Did = _nothing


Renderer = Callable[[UUID, datetime], Mail | None]


class Answer(enum.Enum):
    """What became of one try."""

    SENT = enum.auto()
    NEVER = enum.auto()
    """The address takes no mail, or is none."""
    LATER = enum.auto()
    AWAY = enum.auto()
    """Nobody answers: that says nothing of this message."""


def _composed(template: str, at: datetime, **values: object) -> tuple[str, str]:
    """The subject and the text of a mail, as the rulebook has them; `page` is where it leads."""
    return composed(rulebook_at(at).mails[template], values)


def _activation(reference: UUID, at: datetime) -> Mail | None:
    mailed = code_for_mail(reference)
    if mailed is None:
        return None
    page, days = f"{settings.BASE_URL}/activeren/", terms_at(at).activation_code.days
    subject, text = _composed(
        "register/activation", at, link=f"{page}{mailed.code}/", page=page, code=mailed.code, days=days
    )
    return Mail(
        to=mailed.address,
        subject=subject,
        text=text,
        done=lambda moment: forget_work_mail(employee=reference, at=moment),
        accepted=lambda moment: issue_mailed_code(mailed, at=moment),
        given_up=lambda moment: forget_work_mail(employee=reference, at=moment, again=True),
    )


def _to_board(template: str) -> Renderer:
    def rendered(reference: UUID, at: datetime) -> Mail | None:
        address = contact_address(reference)
        if not address:
            return None
        subject, text = _composed(template, at, page=f"{settings.BASE_URL}/")
        return Mail(address, subject, text, refused=lambda moment: board_mail_came_back(contact=reference, at=moment))

    return rendered


def _contact_code(reference: UUID, at: datetime) -> Mail | None:
    mailed = contact.contact_code(reference)
    if mailed is None:
        return None
    page, days = f"{settings.BASE_URL}/mijn-gegevens/berichten/", terms_at(at).contact_code.days
    subject, text = _composed(contact.CODE, at, page=page, code=mailed.code, days=days)
    return Mail(
        to=mailed.address,
        subject=subject,
        text=text,
        accepted=lambda moment: contact.issue_contact_code(mailed, at=moment),
        refused=lambda moment: contact.note_bounce(contact=reference, at=moment),
    )


def _moved(reference: UUID, at: datetime) -> Mail | None:
    address = contact.address_before(reference)
    if address is None:
        return None
    subject, text = _composed(contact.MOVED, at, page=f"{settings.BASE_URL}/mijn-sessies/")
    forget: Did = lambda _: contact.forget_address_before(reference)  # noqa: E731
    return Mail(address, subject, text, done=forget, given_up=forget)


def _news(reference: UUID, at: datetime) -> Mail | None:
    address = contact.contact_address_of(reference)
    if address is None:
        return None
    subject, text = _composed(contact.NEWS, at, page=f"{settings.BASE_URL}/")
    bounce: Did = lambda moment: contact.note_bounce(contact=reference, at=moment)  # noqa: E731
    return Mail(address, subject, text, refused=bounce)


RENDERERS: dict[str, Renderer] = {
    "register/activation": _activation,
    "register/question": _to_board("register/question"),
    "register/reminder": _to_board("register/reminder"),
    contact.CODE: _contact_code,
    contact.MOVED: _moved,
    contact.NEWS: _news,
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
            answer = _tried(mail, message.id)
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
                    if answer is Answer.NEVER:
                        mail.refused(at)
                    (mail.done if answer is Answer.NEVER else mail.given_up)(at)
                failed += 1
            else:
                later += 1
            if away == _MOST_AWAY:
                break
    return f"{sent} sent, {failed} given up, {later} will be tried again" if sent + failed + later else ""


def message_id(message: UUID) -> str:
    """By which a mail is known when it comes back; the number of a message says nothing of anybody."""
    return f"<{message}@{urlsplit(settings.BASE_URL).hostname}>"


def _tried(mail: Mail, message: UUID) -> Answer:
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(mail.subject, mail.text, settings.MAIL_FROM, [mail.to], headers=headers).send()
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
