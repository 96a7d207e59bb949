"""What is asked, found and decided about somebody: cases, ends, and registrations of one person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lerarenregister.audit.events import Consultation, Event


@dataclass(frozen=True, slots=True)
class EndNoticed(Event):
    """She was told that her registration ends, on which ground and on which day."""

    notice: UUID
    ground: str
    on: date


@dataclass(frozen=True, slots=True)
class EndLifted(Event):
    """It does not end on this ground: she said that she stays, or what it rested on is no longer so."""

    notice: UUID
    by_herself: bool


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    """Something was asked or reported, to be answered and decided within terms."""

    case: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class CaseMoved(Event):
    """Somebody, or the clock, moved a case; whose turn it is now ("" when it is closed)."""

    case: UUID
    kind: str
    move: str
    turn: str


@dataclass(frozen=True, slots=True)
class NameProven(Event):
    """She confirmed a name and birth date of which two people saw the proof; `case` is the one in which they did."""

    case: UUID


@dataclass(frozen=True, slots=True)
class CaseAssigned(Event):
    """Somebody of the support organisation took a case on, or let it go."""

    case: UUID
    taken: bool


@dataclass(frozen=True, slots=True)
class CaseReminded(Event):
    """Whose turn it is was reminded that the term ends."""

    case: UUID
    turn: str


@dataclass(frozen=True, slots=True)
class CasesForgotten(Event):
    """So many closed cases had their term, and are gone with all that was said in them."""

    cases: int


@dataclass(frozen=True, slots=True)
class CasesConsulted(Consultation):
    """Somebody looked at cases: of her board, or for the support organisation."""

    board: str
    cases: int


@dataclass(frozen=True, slots=True)
class RegistrationsMerged(Event):
    """Two people decided that two registrations are of one person: one answers as the other, by an act of each."""

    act: UUID
    received: UUID


@dataclass(frozen=True, slots=True)
class RegistrationsSplit(Event):
    """Two people undid that two registrations were taken for one person's, by an act of each."""

    act: UUID
    other: UUID


@dataclass(frozen=True, slots=True)
class DuplicateDecided(Event):
    """Two people decided whether two files are of one person."""

    case: UUID
    same: bool


@dataclass(frozen=True, slots=True)
class RegistrationMade(Event):
    """Her registration came about: by the first appointment with a qualified ground that she confirmed, or (without an
    appointment) by a qualification of which the proof was seen."""

    registration: UUID
    appointment: UUID | None


@dataclass(frozen=True, slots=True)
class RegistrationExtended(Event):
    """Another confirmed appointment joined her registration."""

    registration: UUID
    appointment: UUID


@dataclass(frozen=True, slots=True)
class RegistrationLeft(Event):
    """At her own request her registration no longer holds, by this act."""

    act: UUID


@dataclass(frozen=True, slots=True)
class RegistrationStopped(Event):
    """Without her asking for it her registration no longer holds, by this act on this ground."""

    act: UUID
    ground: str


@dataclass(frozen=True, slots=True)
class RegistrationRestored(Event):
    """She came back into the register, by this act."""

    act: UUID
