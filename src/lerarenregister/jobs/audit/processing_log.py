"""The Logboek Dataverwerkingen as a view of the log: without who did it and what was said, persons as pseudonyms.

A file at a board is one person with her account from the moment it joined: then they have one line together.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings

from lerarenregister.audit.activities import PROCESSING
from lerarenregister.audit.queries import Processed, processed_between
from lerarenregister.audit.spans import Span, lines_of, pseudonym
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register.queries import accounts_joined

_TOGETHER = 200
_IDS = 1_000
Joined = dict[UUID, tuple[UUID, datetime]]


def lines(begin: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """The lines of a period (half-open). Raises UnknownEvent for an event without a processing activity."""
    resource = {"service.name": "lerarenregister", "service.instance.id": settings.AUDIT_ORIGIN}
    events = processed_between(begin, until)
    while some := list(islice(events, _TOGETHER)):
        joined = _joined(some)
        for event in some:
            yield from lines_of(_span(event, joined), resource=resource)


def _joined(events: list[Processed]) -> Joined:
    ids = list({subject for event in events for subject in event.subjects})
    found: Joined = {}
    for start in range(0, len(ids), _IDS):
        found |= accounts_joined(ids[start : start + _IDS])
    return found


def _span(event: Processed, joined: Joined) -> Span:
    key = settings.PSEUDONYM_KEY.encode()
    persons = {_person(subject, event.at, joined) for subject in event.subjects}
    activity = PROCESSING.of_event(event.name, dutch_date(event.at))
    return Span(
        event=event.id,
        at=event.at,
        name=event.name,
        activity=f"{settings.BASE_URL}{activity.path}",
        subject_type=f"{settings.BASE_URL}/verwerkingen/#betrokkene",
        pseudonyms=[pseudonym(each, key=key) for each in persons],
    )


def _person(subject: UUID, at: datetime, joined: Joined) -> UUID:
    account, since = joined.get(subject, (subject, at))
    return account if since <= at else subject
