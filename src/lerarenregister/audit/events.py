"""The base of every event of every domain, and who did it."""

import enum
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID


class Reason(enum.StrEnum):
    """Why somebody looked at data of another person: the fixed list of the rulebook (`reglement/v1/redenen.toml`)."""

    BOARD_CHECKS_OWN_DELIVERY = "board-checks-own-delivery"
    CASE_IS_DECIDED = "case-is-decided"
    LETTER_IS_PRINTED = "letter-is-printed"
    OBJECTION_IS_ANSWERED = "objection-is-answered"
    QUESTION_IS_ANSWERED = "question-is-answered"
    REVIEW_OF_IDENTITY = "review-of-identity"
    ROLES_ARE_MANAGED = "roles-are-managed"
    SCHOOL_CHANGES_BOARD = "school-changes-board"


OWN_ROLES = ("account-holder", "teacher")
"""The roles in which somebody acts for herself alone, with her own account and data."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: an account or none (a command), in a role, for an organisation (a board number)."""

    account: UUID | None
    role: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, named in the past tense. Subclasses in each domain's `events.py` add facts.

    Facts are strings, whole numbers, dates, identifiers and lists of those. Erasing them leaves the log valid.
    """

    consultation: ClassVar[bool] = False

    @classmethod
    @cache
    def name(cls) -> str:
        """`domain.EventName`, as it stands in the log and in the generated reference."""
        return f"{cls.__module__.partition('.events')[0].rpartition('.')[2]}.{cls.__name__}"

    def facts(self) -> dict[str, Any]:
        """The facts as JSON values."""
        return {name: _plain(getattr(self, name)) for name in self._names()}

    @classmethod
    @cache
    def _names(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls))


@dataclass(frozen=True, slots=True)
class Consultation(Event):
    """Somebody looked at data of other persons: one event for a list, with all its subjects."""

    consultation: ClassVar[bool] = True
    reason: Reason


@dataclass(frozen=True, slots=True)
class ProcessingLogGiven(Event):
    """The processing log of a period (half-open) was printed at the machine: it is about everybody who is in it."""

    begin: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class EventsForgotten(Event):
    """What the log said of so many events before a moment was erased after its term; that they were, stays."""

    before: datetime
    events: int


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _JSON:
        return value
    if kind is UUID:
        return str(value)
    match value:
        case datetime() | date():
            return value.isoformat()
        case list() | tuple() | frozenset():
            return [_plain(item) for item in value]
        case bool() | int():
            return value
        case _:
            return str(value)


_JSON = frozenset({str, int, bool, type(None)})
