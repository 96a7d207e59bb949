"""That a copy was opened, and what a reader wrote back: as bytes of one length, so that their rows tell nothing."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Self
from uuid import UUID

from lerarenregister.kernel.errors import Invalid

MOST_OPENINGS = 300
"""Openings of one copy. A copy that was opened more often would have openings that she does not see: it stays shut."""
MOST_ANSWERS = 50
TEXT_CHARACTERS = 2_000
NAME_CHARACTERS = 80
_LENGTH = 10_240
"""Longer than the longest: 2,080 characters of four bytes or two, line ends and quotes written as two, and the rest."""


@dataclass(frozen=True, slots=True)
class Note:
    """That a copy was opened (`text` is empty), or what somebody wrote back, under the name that she gave.

    Characters that are not shown are left out. Raises Invalid over 2,000 characters, or 80 of a name.
    """

    at: datetime
    text: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text))
        object.__setattr__(self, "name", " ".join(plain(self.name).split()))
        if len(self.text) > TEXT_CHARACTERS or len(self.name) > NAME_CHARACTERS:
            raise Invalid(f"a note holds {TEXT_CHARACTERS} characters")

    def pack(self) -> bytes:
        """As bytes to seal, all of one length."""
        fields = {"at": self.at.isoformat(), "text": self.text, "name": self.name}
        return json.dumps(fields, ensure_ascii=False).encode().ljust(_LENGTH)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """From opened bytes."""
        fields = json.loads(packed)
        return cls(datetime.fromisoformat(fields["at"]), fields["text"], fields["name"])


def id_of(form: UUID, note: Note) -> UUID:
    """The id of a note that was written in a form: another for other words, which says nothing without the form."""
    written = json.dumps([form.hex, note.text, note.name]).encode()
    return UUID(bytes=sha256(b"shared note 1|" + written).digest()[:16])


def plain(text: str) -> str:
    """Text without what is not shown or turns letters around, with `\\n` between lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(each for each in lines if each == "\n" or unicodedata.category(each)[0] != "C")


def note_place(share: UUID) -> bytes:
    """To what a note is bound."""
    return b"shared note 1|" + share.bytes
