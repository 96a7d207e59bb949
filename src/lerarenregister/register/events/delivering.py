"""What happens to the files that boards send, and to what is known of institutions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lerarenregister.audit.events import Event


@dataclass(frozen=True, slots=True)
class InstitutionsImported(Event):
    """A file of institutions was imported."""

    as_of: date
    rows: int
    new_boards: int
    changed: int


@dataclass(frozen=True, slots=True)
class DeliveryReceived(Event):
    """A file was read into staging."""

    board: str
    delivery: UUID
    lines: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DeliveryRefused(Event):
    """A file was refused while reading; what was staged is removed."""

    board: str
    delivery: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class DeliveryBegun(Event):
    """Delivering of a staged file began."""

    board: str
    delivery: UUID


@dataclass(frozen=True, slots=True)
class DeliveryFinished(Event):
    """Every line of a file has its outcome."""

    board: str
    delivery: UUID
    accepted: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class LineDelivered(Event):
    """One line changed what the board delivered about an employee. It has no effect before she confirmed it."""

    board: str
    delivery: UUID
    line: int
    outcome: str
    appointment: UUID | None


@dataclass(frozen=True, slots=True)
class LineMended(Event):
    """Somebody of the board mended a refused line of a delivery, which is then read again. What it says is not here."""

    board: str
    delivery: UUID
    line: int


@dataclass(frozen=True, slots=True)
class StagingErased(Event):
    """The values of the staged lines of a delivery were erased after their term."""

    board: str
    delivery: UUID


@dataclass(frozen=True, slots=True)
class ReceptionClosed(Event):
    """A file that never came in whole was given up, and what was staged of it removed."""

    board: str
    delivery: UUID


@dataclass(frozen=True, slots=True)
class DeliverersForgotten(Event):
    """Who sent and delivered so many files had its term; of which board they were, and when, stays."""

    deliveries: int
