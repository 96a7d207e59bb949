"""Events, each of which names the one before it by its hash (spec: Public data)."""

import enum
from dataclasses import dataclass
from typing import Any, Final

from ballotbox.checks import Check, Refused
from ballotbox.encoding import fields, hash_of, integer, read, written


class EventType(enum.StrEnum):
    """What happened."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    SHUFFLE = "Shuffle"
    END_SHUFFLES = "EndShuffles"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


WITHOUT_PAYLOAD: Final = frozenset({EventType.END_BALLOTS, EventType.END_SHUFFLES})


@dataclass(frozen=True, slots=True)
class Event:
    """`parent` is the hash of the event before it, "" for the first; `payload` the hash of what it is about, or ""."""

    parent: str
    height: int
    type: EventType
    payload: str

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        parent = {"parent": self.parent} if self.parent else {}
        payload = {"payload": self.payload} if self.payload else {}
        return {**parent, "height": self.height, "type": str(self.type), **payload}

    def encoded(self) -> bytes:
        """Its text, of which the hash is its name."""
        return written(self.as_json()).encode()


def event_of(body: bytes) -> Event:
    """An event from its text. Raises Refused: `event_type`, `event_payload` when it has one that it must not have or
    lacks one, `stricter_canonical` when it is written otherwise than the specification writes it."""
    found = fields(read(body), ("height", "type"), ("parent", "payload"), order=("parent", "height", "type", "payload"))
    try:
        kind = EventType(found["type"])
    except ValueError as error:
        raise Refused(Check.EVENT_TYPE, f"{found['type']!r:.40}") from error
    event = Event(
        hash_of(found["parent"]) if "parent" in found else "",
        integer(found["height"]),
        kind,
        hash_of(found["payload"]) if "payload" in found else "",
    )
    if bool(event.payload) == (kind in WITHOUT_PAYLOAD):
        raise Refused(Check.EVENT_PAYLOAD, f"{kind} at height {event.height}")
    if event.encoded() != body:
        raise Refused(Check.STRICTER_CANONICAL)
    return event
