"""What an entry is: its kinds, its content, and the place to which each of its envelopes is bound."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lerarenregister.kernel.canonical import content_hash
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.errors import TextTooLong, TooManyFiles
from lerarenregister.portfolio.rules.files import MOST_FILES, FileRef

MOST_CHARACTERS = 100_000
MOST_STORED = 32 * 1024 * 1024
"""Sealed bytes of one portfolio with its history and bin, some ten thousand pages.

What leaves in a zip must fit in what `web.portfolio.bringin` takes in.
"""
TITLE_CHARACTERS = 120
EXCERPT_CHARACTERS = 220
_LINE_CHARACTERS = 80
EARLIEST = date(1900, 1, 1)
UNDO_DAYS = 30


class Kind(enum.StrEnum):
    """What kind of learning it was. No kind stands above another; the door sorts them by their name."""

    CONVERSATION = "conversation"
    COURSE = "course"
    MENTORING = "mentoring"
    OTHER = "other"
    PEER_REVIEW = "peer-review"
    READING = "reading"
    SELF_STUDY = "self-study"
    TRYING_OUT = "trying-out"


class Part(enum.StrEnum):
    """The parts that are sealed apart, so that a timeline opens heads alone."""

    HEAD = "head"
    BODY = "body"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Content:
    """What she wrote: kind, date, text, a title of her own or "" (then the first line is shown), and files beside it.

    At most 100,000 characters of text and 120 of title; line ends are `\\n`; no white space around. Raises TextTooLong,
    TooManyFiles, and Invalid for a date before 1900 or text that is no Unicode (half of a surrogate pair).
    """

    kind: Kind
    on: date
    text: str
    title: str = ""
    files: tuple[FileRef, ...] = ()

    def __post_init__(self) -> None:
        text = self.text.replace("\r\n", "\n").replace("\r", "\n").strip()
        title = " ".join(self.title.split())
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "title", title)
        if len(text) > MOST_CHARACTERS:
            raise TextTooLong(f"an entry holds {MOST_CHARACTERS} characters")
        if len(title) > TITLE_CHARACTERS:
            raise Invalid(f"a title holds {TITLE_CHARACTERS} characters")
        if len(self.files) > MOST_FILES:
            raise TooManyFiles(f"an entry has {MOST_FILES} files")
        if self.on < EARLIEST:
            raise Invalid("the date lies before 1900")
        try:
            (text + title).encode()
        except UnicodeEncodeError as error:
            raise Invalid("the text is not Unicode") from error

    @property
    def blank(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.text and not self.title and not self.files

    def fields(self) -> dict[str, Any]:
        """As JSON; `title` and `files` are absent when there are none. The form of the export and of the hash."""
        fields: dict[str, Any] = {"kind": str(self.kind), "date": self.on.isoformat(), "text": self.text}
        if self.title:
            fields["title"] = self.title
        if self.files:
            fields["files"] = [each.fields() for each in self.files]
        return fields

    def content_hash(self) -> str:
        """SHA-256 over the canonical JSON of the fields, without ids and owner: equal for equal content anywhere."""
        return content_hash(self.fields())

    def heading(self) -> str:
        """Her title, or the first line or sentence of the text, or the name of the first file."""
        return self.title or first_line(self.text) or next((each.name for each in self.files), "")

    def excerpt(self) -> str:
        """The beginning of what follows the heading, for a timeline; "" when the heading says it all."""
        opening, rest = parted(self.text)
        if self.title and self.title != opening:
            rest = " ".join(self.text.split())
        return shortened(rest, EXCERPT_CHARACTERS)


def first_line(text: str) -> str:
    """The first line, or its first sentence when the line is long, cut between words at 80 characters."""
    return parted(text)[0]


def parted(text: str) -> tuple[str, str]:
    """The first line (see `first_line`) and all that follows, in one line: read together nothing is said twice.

    What follows a line that was cut begins with an ellipsis.
    """
    line, *others = text.strip().splitlines() or [""]
    line, rest = " ".join(line.split()), " ".join(" ".join(others).split())
    if len(line) <= _LINE_CHARACTERS:
        return line, rest
    ends = [line.find(end) for end in (". ", "! ", "? ")]
    first = min((end for end in ends if 10 <= end < _LINE_CHARACTERS), default=-1)
    opening = line[: first + 1] if first > 0 else shortened(line, _LINE_CHARACTERS)
    after = line[first + 1 :].strip() if first > 0 else "…" + line[len(opening) - 1 :].lstrip(" ,;:-")
    return opening, f"{after} {rest}".strip()


def shortened(text: str, most: int) -> str:
    """The text, or what fits of it in `most` characters, cut between words and ending in an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:-") + "…"


def place(owner: UUID, entry: UUID, version: int, part: Part) -> bytes:
    """To what an envelope is bound: moved to another owner, entry, version or part it does not open."""
    return b"portfolio 1|" + owner.bytes + entry.bytes + version.to_bytes(8, "big") + part.encode()


def purge_day(at: datetime) -> date:
    """The first day on which something deleted at this moment may go for good: after 30 whole days of undo."""
    return dutch_date(at) + timedelta(days=UNDO_DAYS + 1)


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """What an entry said before, and when that was saved."""

    content: Content
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry as she takes it with her and brings it back: without id and owner, with its earlier versions."""

    content: Content
    first_saved_at: datetime
    saved_at: datetime
    earlier: tuple[EarlierVersion, ...] = ()
    deleted: bool = False
