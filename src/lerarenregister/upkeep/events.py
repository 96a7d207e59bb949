"""What the daily work leaves in the log: it is about the register itself, and names nobody."""

from dataclasses import dataclass
from datetime import datetime

from lerarenregister.audit.events import Event


@dataclass(frozen=True, slots=True)
class ClockVouchedFor(Event):
    """The operator said that the clock, which was doubted, is right: what is due by it may be destroyed."""

    doubt: str
    horizon: datetime
