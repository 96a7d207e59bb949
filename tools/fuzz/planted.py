"""Faults that are planted in what reads elections, to see that the fuzzer finds them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ballotbox import tallies, verifying
from ballotbox.encoding import read, written
from ballotbox.events import Event, event_of
from ballotbox.tallies import weight_of


@dataclass(frozen=True)
class Planted:
    """In which target it can be found, the module and the name of what is replaced, and by what."""

    target: str
    module: Any
    name: str
    instead: Callable[[Any], Any]

    def plant(self) -> None:
        """Until this process ends."""
        setattr(self.module, self.name, self.instead)


def any_event(body: bytes) -> Event:
    """Reads an event, and does not look how it is spaced: two archives of one election."""
    return event_of(written(read(body)).encode())


def any_weight(value: Any) -> int:
    """Reads a weight as text with zeros before it."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else weight_of(value)


PLANTED: Final = {
    "an event that is spaced otherwise": Planted("archive", verifying, "event_of", any_event),
    "a weight with zeros before it": Planted("result", tallies, "weight_of", any_weight),
}
