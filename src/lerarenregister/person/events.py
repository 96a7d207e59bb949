"""What she does with her rights, in the past tense. Facts hold nothing of her."""

from dataclasses import dataclass

from lerarenregister.audit.events import Event


@dataclass(frozen=True, slots=True)
class AccessGiven(Event):
    """She took a copy of all that is held of her, on her own request."""

    with_portfolio: bool


@dataclass(frozen=True, slots=True)
class AccountClosed(Event):
    """Somebody closed her account; not whose."""
