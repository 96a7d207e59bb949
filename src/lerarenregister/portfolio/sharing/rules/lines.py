"""What she keeps of a share, what she fills in for one, and when one ends."""

import enum
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from lerarenregister.kernel.errors import Invalid

MOST_SHARES = 50
"""Copies of one person that can be opened at the same time."""
PURPOSE_CHARACTERS = 300
NAME_CHARACTERS = 80
NOTE_CHARACTERS = 120


class Audience(enum.StrEnum):
    """With whom she says she shares. It changes what she is told before; nothing else follows from it."""

    COLLEAGUE = "colleague"
    OTHER = "other"
    EMPLOYER = "employer"


class Way(enum.StrEnum):
    """How a copy reaches who reads it."""

    LINK = "link"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Asked:
    """What she filled in. `note` is hers alone: for whom it is. Raises Invalid when something is empty or too long."""

    by: str
    purpose: str
    note: str
    audience: Audience
    until: date
    feedback: bool

    def __post_init__(self) -> None:
        for text, most in (
            (self.by, NAME_CHARACTERS),
            (self.purpose, PURPOSE_CHARACTERS),
            (self.note, NOTE_CHARACTERS),
        ):
            if len(text) > most:
                raise Invalid(f"at most {most} characters")
        if not self.by or not self.purpose:
            raise Invalid("a name and a purpose are needed")


def fitting(until: date, *, today: date, most: timedelta) -> bool:
    """Whether a share may end on this day: today or later, and within the term of the rulebook."""
    return today <= until <= today + most


@dataclass(frozen=True, slots=True)
class Line:
    """What she keeps of a share. `address` is whom it is for by name, "" for a link; `ended_on` the day on which she
    took it back."""

    title: str
    asked: Asked
    way: Way
    shared_at: datetime
    salt: bytes
    address: str = ""
    ended_on: date | None = None

    def fields(self) -> dict[str, Any]:
        """As JSON, for the zip too: without the salt, from which with her key the link is made."""
        return {
            "title": self.title,
            "name": self.asked.by,
            "purpose": self.asked.purpose,
            "for": self.asked.note,
            "audience": str(self.asked.audience),
            "way": str(self.way),
            "feedback": self.asked.feedback,
            "shared_at": self.shared_at.isoformat(),
            "until": self.asked.until.isoformat(),
            **({"address": self.address} if self.address else {}),
            **({"ended_on": self.ended_on.isoformat()} if self.ended_on else {}),
        }

    def pack(self) -> bytes:
        """As bytes to seal."""
        return json.dumps(self.fields() | {"salt": self.salt.hex()}, ensure_ascii=False).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """From opened bytes."""
        fields = json.loads(packed)
        asked = Asked(
            fields["name"],
            fields["purpose"],
            fields["for"],
            Audience(fields["audience"]),
            date.fromisoformat(fields["until"]),
            fields["feedback"],
        )
        ended = fields.get("ended_on")
        return cls(
            fields["title"],
            asked,
            Way(fields["way"]),
            datetime.fromisoformat(fields["shared_at"]),
            bytes.fromhex(fields["salt"]),
            fields.get("address", ""),
            date.fromisoformat(ended) if ended else None,
        )


def line_place(owner: UUID, share: UUID) -> bytes:
    """To what a line is bound."""
    return b"portfolio share 1|" + owner.bytes + share.bytes
