"""Errors that a person can do something about. Doors turn the code into a sentence in her language."""

from typing import ClassVar


class DomainError(Exception):
    """A request that the rules refuse; `code` is stable, the sentence for it lives at the door."""

    code: ClassVar[str] = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail


class Absent(DomainError):
    """It does not exist, or the viewer may not know that it does: the two look the same."""

    code = "absent"


class Invalid(DomainError, ValueError):
    """A value that is not of its format."""

    code = "invalid"
