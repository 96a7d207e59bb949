"""The plaintext forms that are sealed: heads of entries and the draft. JSON, so that a later version can add fields."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from lerarenregister.portfolio.errors import TextTooLong
from lerarenregister.portfolio.rules.entries import MOST_CHARACTERS, Content, Kind
from lerarenregister.portfolio.rules.facets import PLAIN, Facets, Form, unsealed
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.portfolio.rules.stories import opened_body

_MORE_CHARACTERS = 10_000
_decoded = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Head:
    """What a timeline shows of an entry, and its state: when first saved, when this version was, when deleted. The
    facets that an entry does not have are not in the bytes, as in those that were sealed before there were any."""

    kind: Kind
    on: date
    title: str
    heading: str
    excerpt: str
    first_saved_at: datetime
    saved_at: datetime
    deleted_at: datetime | None = None
    files: tuple[FileRef, ...] = ()
    facets: Facets = PLAIN

    @classmethod
    def of(
        cls, content: Content, *, first_saved_at: datetime, saved_at: datetime, deleted_at: datetime | None = None
    ) -> Self:
        """The head of a content, at these moments."""
        return cls(
            content.kind,
            content.on,
            content.title,
            content.heading(),
            content.excerpt(),
            first_saved_at,
            saved_at,
            deleted_at,
            content.files,
            content.facets,
        )

    def content(self, body: bytes) -> Content:
        """The content again, with the opened body."""
        text, pieces = opened_body(body)
        return Content(self.kind, self.on, text, self.title, self.files, self.facets, pieces)

    def pack(self) -> bytes:
        """As bytes to seal, and no more than needed: a nation has ten million of them."""
        fields: dict[str, Any] = {
            "kind": self.kind,
            "date": self.on.isoformat(),
            "title": self.title,
            "excerpt": self.excerpt,
            "first": self.first_saved_at.astimezone(UTC).isoformat(),
            "saved": self.saved_at.isoformat(),
            **self.facets.sealed_fields(),
        }
        if self.heading != self.title:
            fields["heading"] = self.heading
        if self.deleted_at:
            fields["deleted"] = self.deleted_at.isoformat()
        if self.files:
            fields["files"] = [each.packed() for each in self.files]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """From opened bytes."""
        return cls.read(json.loads(packed))

    @classmethod
    def read(cls, fields: dict[str, Any]) -> Self:
        """From the fields in opened bytes."""
        return cls(
            Kind(fields["kind"]),
            date.fromisoformat(fields["date"]),
            fields["title"],
            fields.get("heading", fields["title"]),
            fields["excerpt"],
            datetime.fromisoformat(fields["first"]),
            datetime.fromisoformat(fields["saved"]),
            datetime.fromisoformat(fields["deleted"]) if fields.get("deleted") else None,
            tuple(FileRef.read(each) for each in fields.get("files", ())),
            unsealed(fields),
        )


class PackedHead(NamedTuple):
    """An opened head of which only what hides and orders it is read yet: a list opens the heads of all entries, because
    their dates are sealed, and shows few of them.

    `order` is the date and the moment of first saving in ISO 8601 (UTC), whose alphabetical order is that in time.
    """

    deleted: bool
    order: tuple[str, str]
    fields: dict[str, Any]

    @classmethod
    def of(cls, packed: bytes) -> Self:
        """From opened bytes."""
        fields, _ = _decoded(packed.decode())
        fields.setdefault("heading", fields["title"])
        return cls(fields.get("deleted") is not None, (fields["date"], fields["first"]), fields)

    @property
    def form(self) -> Form:
        """What the thing is."""
        found = self.fields.get("form")
        return Form(found) if found else Form.ENTRY

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        found: list[str] = self.fields.get("tags", [])
        return found

    @property
    def links(self) -> list[str]:
        """The ids to which it links, in hexadecimal."""
        found: list[str] = self.fields.get("links", [])
        return found

    def head(self) -> Head:
        """The whole head."""
        return Head.read(self.fields)


@dataclass(frozen=True, slots=True)
class DraftContent:
    """A text she has not saved yet: for which form (the id of its entry), over which version of it (0: a new one).

    Kind, date and title are as typed, possibly unfinished, and so are the fields that she folded out (`more`). Raises
    TextTooLong over 100,000 characters.
    """

    form: UUID | None = None
    base: int = 0
    text: str = ""
    kind: str = ""
    on: str = ""
    title: str = ""
    more: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if len(self.text) > MOST_CHARACTERS or len(self.title) + len(self.kind) + len(self.on) > 1_000:
            raise TextTooLong(f"a draft holds {MOST_CHARACTERS} characters")
        if sum(len(name) + len(value) for name, value in self.more) > _MORE_CHARACTERS:
            raise TextTooLong(f"a draft holds {MOST_CHARACTERS} characters")

    @property
    def blank(self) -> bool:
        """Whether the slot is free."""
        return not self.text.strip() and not self.title.strip()

    def pack(self) -> bytes:
        """As bytes to seal; a lone half of a surrogate pair becomes a question mark rather than losing the rest."""
        fields: dict[str, Any] = {
            "form": str(self.form) if self.form else None,
            "base": self.base,
            "text": self.text,
            "kind": self.kind,
            "date": self.on,
            "title": self.title,
        }
        if self.more:
            fields["more"] = self.more
        return json.dumps(fields, ensure_ascii=False).encode(errors="replace")

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """From opened bytes."""
        fields = json.loads(packed)
        form = UUID(fields["form"]) if fields["form"] else None
        more = tuple((name, value) for name, value in fields.get("more", ()))
        return cls(form, fields["base"], fields["text"], fields["kind"], fields["date"], fields["title"], more)
