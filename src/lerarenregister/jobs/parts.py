"""The daily work: each domain's jobs bring a part, `project.wiring` registers those that are installed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DuePart:
    """What a domain does when it is due; `run` is idempotent and answers with a sentence for the operator."""

    name: str
    run: Callable[[datetime], str]


PARTS: list[DuePart] = []
