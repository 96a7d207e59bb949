"""An event as lines of the Logboek Dataverwerkingen: one for the event, and one for each person when it is about more.

After sections 3.2 and 3.3 of github.com/Logius-standaarden/logboek-dataverwerkingen (a draft: no version is published).
An earlier text has `status_code` (0, 1, 2) for the status, a later one `status` (Unset, Ok, Error); a line has both.
Pure.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lerarenregister.kernel.clock import EPOCH

_ACTIVITY = "dpl.core.processing_activity_id"
_SUBJECT, _TYPE = "dpl.core.data_subject_id", "dpl.core.data_subject_id_type"
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """What a line is made of. `activity` is the URI of the processing activity, `subject_type` the URI that says what
    kind of identifier the pseudonyms are."""

    event: UUID
    at: datetime
    name: str
    activity: str
    subject_type: str
    pseudonyms: Sequence[str]


def pseudonym(subject: UUID, *, key: bytes) -> str:
    """A person in the log: HMAC-SHA256 under a key of its own, 128 bits of it in hexadecimal. Never the id itself."""
    return hmac.new(key, b"data subject\x1f" + subject.bytes, hashlib.sha256).hexdigest()[:32]


def lines_of(span: Span, *, resource: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The lines of an event: about nobody or one person a single line; about more a line for the event and a child for
    each of them, in the order of their pseudonyms.

    An event stands in the log because its act was committed, so its status is Ok; the log keeps one moment of an act.
    """
    moment = (span.at - EPOCH) // _MILLISECOND
    top = _span_id(span.event, "")
    common = {
        "trace_id": span.event.hex,
        "status": "Ok",
        "status_code": 1,
        "name": span.name,
        "start_time": moment,
        "end_time": moment,
        "resource": {"attributes": resource},
    }
    alone = span.pseudonyms[0] if len(span.pseudonyms) == 1 else ""
    yield {**common, "span_id": top, "attributes": _attributes(span, alone)}
    if alone:
        return
    for each in sorted(span.pseudonyms):
        child = {"span_id": _span_id(span.event, each), "parent_span_id": top}
        yield {**common, **child, "attributes": _attributes(span, each)}


def _attributes(span: Span, person: str) -> dict[str, str]:
    return {_ACTIVITY: span.activity, **({_SUBJECT: person, _TYPE: span.subject_type} if person else {})}


def _span_id(event: UUID, person: str) -> str:
    """Eight bytes that follow from the event and the person: the same each time the line is made."""
    return hashlib.sha256(b"span\x1f" + event.bytes + person.encode()).hexdigest()[:16]
