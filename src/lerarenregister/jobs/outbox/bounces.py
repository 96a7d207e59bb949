"""Mail that came back: a delivery status notification (RFC 3464) says which mail, by the Message-ID that we gave it.

The addresses in a notification are not looked at: anybody can write one. Who knows the random number in the Message-ID
got that mail, and all that a forged one can do is that this address gets no more.
"""

import re
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from lerarenregister.outbox.queries import mailed_as
from lerarenregister.person.actions import contact
from lerarenregister.register.actions import board_mail_came_back

MOST_BYTES = 1_000_000
"""A notification holds the mail that came back, and ours are some kilobytes."""
_MOST_PARTS = 50
_OURS = re.compile(rb"^message-id:[ \t\r\n]*<([0-9a-f-]{36})@([a-z0-9.-]+)>", re.IGNORECASE | re.MULTILINE)
_PERMANENT = re.compile(r"5\.\d{1,3}\.\d{1,3}")


class NoBounce(ValueError):
    """This is no notification of a mail of ours that came back for good; the sentence says why."""


def came_back(raw: bytes) -> UUID:
    """The message that came back for good. Raises NoBounce."""
    if len(raw) > MOST_BYTES:
        raise NoBounce("it is larger than a notification is")
    read = message_from_bytes(raw, policy=policy.default)
    if read.get_content_type() != "multipart/report":
        raise NoBounce("it is no report of a mail server")
    parts = [part for part, _ in zip(read.walk(), range(_MOST_PARTS), strict=False)]
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None or not _failed(status):
        raise NoBounce("it says nothing of a delivery that failed for good")
    host = (urlsplit(settings.BASE_URL).hostname or "").encode()
    for number, at in _OURS.findall(raw):
        if at.lower() == host:
            try:
                return UUID(number.decode())
            except ValueError:
                continue
    raise NoBounce("the mail that came back is none of ours")


def _failed(status: Message) -> bool:
    """Whether one of those to whom it went can not be reached: `Action: failed` with a status 5 (RFC 3463)."""
    found = status.get_payload()
    blocks = [each for each in found if isinstance(each, Message)] if isinstance(found, list) else []
    return any(
        str(block.get("Action", "")).strip().lower() == "failed"
        and _PERMANENT.match(str(block.get("Status", "")).strip()) is not None
        for block in blocks[:_MOST_PARTS]
    )


def note(message: UUID, *, at: datetime) -> bool:
    """Let the address of this message get no more mail; whether that was news. Raises NoBounce when it is not known
    (any more), or went to an address that is not kept."""
    found = mailed_as(message)
    if found is None or found[0] not in _NOTED:
        raise NoBounce("the mail is not known any more, or its address is erased already")
    return _NOTED[found[0]](found[1], at)


def _of_person(reference: UUID, at: datetime) -> bool:
    return contact.note_bounce(contact=reference, at=at)


def _of_board(reference: UUID, at: datetime) -> bool:
    return board_mail_came_back(contact=reference, at=at)


_NOTED: dict[str, Callable[[UUID, datetime], bool]] = {
    contact.CODE: _of_person,
    contact.NEWS: _of_person,
    "register/question": _of_board,
    "register/reminder": _of_board,
}
