"""The daily work: each domain's jobs bring a part, `project.wiring` registers those that are installed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DuePart:
    """What a domain does when it is due: `work`, and apart from it `destroy` what has had its term, which waits while
    the clock is not believed. Both are idempotent and answer with a sentence for the operator, "" for nothing."""

    name: str
    work: Callable[[datetime], str] | None = None
    destroy: Callable[[datetime], str] | None = None


PARTS: list[DuePart] = []
