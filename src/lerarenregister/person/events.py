"""What she does with her rights, in the past tense. Facts hold nothing of her."""

from dataclasses import dataclass
from uuid import UUID

from lerarenregister.audit.events import Consultation, Event


@dataclass(frozen=True, slots=True)
class AccessGiven(Event):
    """She took a copy of all that is held of her, on her own request."""

    with_portfolio: bool


@dataclass(frozen=True, slots=True)
class AccountClosed(Event):
    """Somebody closed her account; not whose."""


@dataclass(frozen=True, slots=True)
class ObjectionMade(Event):
    """She objected to something that the register does with data about her ("" when it is no activity of the list)."""

    objection: UUID
    activity: str


@dataclass(frozen=True, slots=True)
class ObjectionTakenBack(Event):
    """She took back an objection that had no answer yet."""

    objection: UUID


@dataclass(frozen=True, slots=True)
class ObjectionAnswered(Event):
    """Support answered her objection, with a motive: whether what she objects to stops."""

    objection: UUID
    granted: bool


@dataclass(frozen=True, slots=True)
class ObjectionsConsulted(Consultation):
    """Support looked at the objections that wait for an answer."""

    objections: int


@dataclass(frozen=True, slots=True)
class ObjectionsForgotten(Event):
    """Objections that were answered or taken back had their term, and are gone."""

    objections: int


@dataclass(frozen=True, slots=True)
class ContactChanged(Event):
    """She gave, verified or removed a mail address of her own, or chose how often she is told; or mail to it came back:
    `what` is asked, verified, rhythm, removed or bounced. Not the address."""

    what: str


@dataclass(frozen=True, slots=True)
class PersonTold(Event):
    """A mail was queued that says that something waits for her; not what."""
