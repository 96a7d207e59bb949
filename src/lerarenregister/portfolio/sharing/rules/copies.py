"""What is in a copy: a cover, and parts on sheets, as values and as bytes to seal."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

from lerarenregister.kernel.canonical import content_hash
from lerarenregister.portfolio.rules.files import FileRef

PARTS_OF_A_SHEET = 50
_SHEET_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class CopyPart:
    """One part: an entry with its day, or (`on` is None) a text between entries. Kind, tags, hours, goals and links of
    an entry are no part of it."""

    text: str
    on: date | None = None
    until: date | None = None
    title: str = ""
    files: tuple[FileRef, ...] = ()

    def fields(self) -> dict[str, Any]:
        """As JSON, without the ids of files."""
        found: dict[str, Any] = {"text": self.text}
        if self.on:
            found["on"] = self.on.isoformat()
        if self.until:
            found["until"] = self.until.isoformat()
        if self.title:
            found["title"] = self.title
        return found | ({"files": [each.fields() for each in self.files]} if self.files else {})


@dataclass(frozen=True, slots=True)
class Story:
    """What she chose to share, as she saw it. The files are hers, under their own ids."""

    title: str
    introduction: str
    parts: tuple[CopyPart, ...]

    def fingerprint(self) -> str:
        """Equal for an equal story: what is shared is what she saw, or it is not shared."""
        return content_hash([self.title, self.introduction, [each.fields() for each in self.parts]])

    def files(self) -> list[FileRef]:
        """Each file once."""
        return list({each.id: each for part in self.parts for each in part.files}.values())

    def copied(self, ids: Mapping[UUID, UUID]) -> Self:
        """The same with the files under their ids in the copy."""
        parts = (
            replace(part, files=tuple(replace(each, id=ids[each.id]) for each in part.files)) for part in self.parts
        )
        return replace(self, parts=tuple(parts))

    def sheets(self) -> Iterator[tuple[CopyPart, ...]]:
        """The parts in pages of so many, fewer when they are long; at least one."""
        sheet: list[CopyPart] = []
        size = 0
        for part in self.parts:
            if sheet and (len(sheet) == PARTS_OF_A_SHEET or size + len(part.text) > _SHEET_CHARACTERS):
                yield tuple(sheet)
                sheet, size = [], 0
            sheet.append(part)
            size += len(part.text)
        yield tuple(sheet)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the reader sees of a copy before its parts. `receiver` is the public key to which is sealed that it was
    opened, and what is written back."""

    title: str
    introduction: str
    by: str
    purpose: str
    shared_on: date
    until: date
    feedback: bool
    receiver: bytes
    sheets: int

    def pack(self) -> bytes:
        """As bytes to seal."""
        fields = {
            "title": self.title,
            "introduction": self.introduction,
            "by": self.by,
            "purpose": self.purpose,
            "shared_on": self.shared_on.isoformat(),
            "until": self.until.isoformat(),
            "feedback": self.feedback,
            "receiver": self.receiver.hex(),
            "sheets": self.sheets,
        }
        return json.dumps(fields, ensure_ascii=False).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """From opened bytes."""
        fields = json.loads(packed)
        return cls(
            fields["title"],
            fields["introduction"],
            fields["by"],
            fields["purpose"],
            date.fromisoformat(fields["shared_on"]),
            date.fromisoformat(fields["until"]),
            fields["feedback"],
            bytes.fromhex(fields["receiver"]),
            fields["sheets"],
        )


def pack_sheet(parts: tuple[CopyPart, ...]) -> bytes:
    """The parts of a sheet as bytes to seal."""
    told = [each.fields() | {"files": [file.packed() for file in each.files]} for each in parts]
    return json.dumps(told, ensure_ascii=False).encode()


def unpack_sheet(packed: bytes) -> tuple[CopyPart, ...]:
    """From opened bytes."""
    return tuple(
        CopyPart(
            each["text"],
            date.fromisoformat(each["on"]) if "on" in each else None,
            date.fromisoformat(each["until"]) if "until" in each else None,
            each.get("title", ""),
            tuple(FileRef.read(file) for file in each["files"]),
        )
        for each in json.loads(packed)
    )


def cover_place(share: UUID) -> bytes:
    """To what a cover is bound."""
    return b"shared cover 1|" + share.bytes


def sheet_place(share: UUID, number: int) -> bytes:
    """To what a sheet is bound: in another copy, or in another place, it does not open."""
    return b"shared sheet 1|" + share.bytes + number.to_bytes(4, "big")


def reference_place(share: UUID, file: UUID) -> bytes:
    """To what the name of a file is bound. Its pieces are bound as those of her own files, to the copy as owner."""
    return b"shared file 1|" + share.bytes + file.bytes


def secret_place(share: UUID) -> bytes:
    """To what the secret of a share by name is bound."""
    return b"shared secret 1|" + share.bytes
