"""What an objection may be."""

from lerarenregister.audit.activities import PROCESSING

MOST_CHARACTERS = 2_000
MOST_OPEN = 5
"""Of one account, at the same time: each is read and answered by a person."""


def activities() -> dict[str, str]:
    """To what she may object, by code: the activities in force that are about people. The name is in Dutch."""
    return {each.code: each.name.nl for each in PROCESSING.in_force() if each.personal}


def is_text(words: str) -> bool:
    """Whether this says something, and is not too long."""
    return 0 < len(words) <= MOST_CHARACTERS
