"""What a file beside an entry is: how the entry names it, to what its sealed pieces are bound, what a name may be."""

import json
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from lerarenregister.portfolio.rules.filetypes import MEDIA_TYPES, PLAYED, Sort

MOST_FILES = 50
"""Files of one version of an entry."""
NAME_CHARACTERS = 120
_NO_NAME = "bestand"


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes one file may have, and how many sealed bytes the files of one portfolio together."""

    of_file: int
    of_portfolio: int


NO_ROOM = Room(0, 0)


class Came(StrEnum):
    """How a file that waits came in: with a form, as a zip that is brought in, or out of such a zip."""

    FORM = ""
    ZIP = "zip"
    OUT_OF_ZIP = "of-zip"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as its entry names it. The id says where its pieces are, and is no part of what it is: taken out and
    brought back the file has another."""

    id: UUID = field(compare=False)
    name: str
    media_type: str
    size: int
    sha256: str
    width: int = 0
    height: int = 0

    @property
    def sort(self) -> Sort:
        """By what its content turned out to be."""
        return MEDIA_TYPES.get(self.media_type, Sort.OTHER)

    @property
    def shown(self) -> bool:
        """Whether it is an image, made anew here, that a page may show; it has a small one beside it."""
        return self.sort is Sort.IMAGE

    @property
    def played(self) -> bool:
        """Whether a page plays it."""
        return self.sort in PLAYED

    def fields(self) -> dict[str, str | int]:
        """As JSON without the id: the form of the export and of the hash."""
        fields: dict[str, str | int] = {
            "name": self.name,
            "type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }
        return fields | {"width": self.width, "height": self.height} if self.shown else fields

    def packed(self) -> dict[str, Any]:
        """As JSON with the id: as it stands sealed in a head."""
        return {"id": str(self.id), **self.fields()}

    @classmethod
    def read(cls, fields: dict[str, Any], key: UUID | None = None) -> Self:
        """From either form."""
        return cls(
            key or UUID(fields["id"]),
            fields["name"],
            fields["type"],
            fields["size"],
            fields["sha256"],
            fields.get("width", 0),
            fields.get("height", 0),
        )


def file_place(owner: UUID, file: UUID, number: int, *, small: bool, last: bool) -> bytes:
    """To what a piece is bound: in another file, at another number, or with another end it does not open."""
    return b"portfolio file 1|" + owner.bytes + file.bytes + number.to_bytes(8, "big") + bytes([small, last])


def waiting_place(owner: UUID, file: UUID) -> bytes:
    """To what the name of a file is bound that waits for its entry."""
    return b"portfolio file waits 1|" + owner.bytes + file.bytes


def clean_name(given: str, ending: str = "") -> str:
    """The last part of a name, without what is not shown or turns the order of letters around, at most 120 characters.

    With an `ending` ("jpg") that takes the place of the one it has.
    """
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C" and each not in '<>:"|?*\u2028\u2029')
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, suffix = kept.rpartition(".")
    if not (dot and stem and len(suffix) <= 10):
        stem, suffix = kept, ""
    suffix = ending or suffix
    tail = f".{suffix}" if suffix else ""
    return (stem[: NAME_CHARACTERS - len(tail)].strip(". ") or _NO_NAME) + tail


def pack_reference(reference: FileRef) -> bytes:
    """As bytes to seal, while it waits."""
    return json.dumps(reference.packed(), ensure_ascii=False).encode()


def unpack_reference(packed: bytes) -> FileRef:
    """From opened bytes."""
    return FileRef.read(json.loads(packed))
