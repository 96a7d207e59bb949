"""What is held of one person, as values that can be handed to her: rows of one kind under a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
"""A row by the names of its fields. Values: text, numbers, booleans, None, identifiers, days, moments, and lists and
dictionaries of those."""


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of one kind, read once and in order. `name` is the key under which they stand in the document."""

    name: str
    rows: Iterable[Row]
