"""What an entry is: its kinds, its content, and the place to which each of its envelopes is bound."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from lerarenregister.kernel.canonical import content_hash
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.errors import TextTooLong, TooManyFiles
from lerarenregister.portfolio.rules.facets import LINKED, MOST_LINKS, PLAIN, Facets, Form
from lerarenregister.portfolio.rules.files import MOST_FILES, FileRef
from lerarenregister.portfolio.rules.stories import MOST_PIECES, Piece, renamed
from lerarenregister.portfolio.rules.templates import HEADINGS

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


_HEAD, _BODY = Part.HEAD.encode(), Part.BODY.encode()


@dataclass(frozen=True, slots=True)
class Content:
    """What she wrote: kind, date, text, a title of her own or "" (then the first line is shown), and files beside it;
    optional facets, and the pieces of a collection.

    At most 100,000 characters of text, pieces included, and 120 of title; line ends are `\\n`; no white space around.
    Raises TextTooLong, TooManyFiles, and Invalid for a date before 1900, an end before the beginning, or text that is
    no Unicode (half of a surrogate pair).
    """

    kind: Kind
    on: date
    text: str
    title: str = ""
    files: tuple[FileRef, ...] = ()
    facets: Facets = PLAIN
    pieces: tuple[Piece, ...] = ()

    def __post_init__(self) -> None:
        text = self.text.replace("\r\n", "\n").replace("\r", "\n").strip()
        title = " ".join(self.title.split())
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "title", title)
        if len(text) + sum(len(each.text) for each in self.pieces) > MOST_CHARACTERS:
            raise TextTooLong(f"an entry holds {MOST_CHARACTERS} characters")
        if len(title) > TITLE_CHARACTERS:
            raise Invalid(f"a title holds {TITLE_CHARACTERS} characters")
        if len(self.files) > MOST_FILES:
            raise TooManyFiles(f"an entry has {MOST_FILES} files")
        if self.on < EARLIEST:
            raise Invalid("the date lies before 1900")
        self._check_facets()
        try:
            "".join([text, title, *self.facets.words(), *(each.text for each in self.pieces)]).encode()
        except UnicodeEncodeError as error:
            raise Invalid("the text is not Unicode") from error

    def _check_facets(self) -> None:
        form, until = self.facets.form, self.facets.until
        if until is not None and (until < self.on if form is Form.ENTRY else until < EARLIEST):
            raise Invalid("the end lies before the beginning")
        if self.pieces and form is not Form.COLLECTION:
            raise Invalid("only a collection has pieces")
        if len(self.pieces) > MOST_PIECES:
            raise Invalid(f"a collection holds {MOST_PIECES} pieces")

    @property
    def form(self) -> Form:
        """What it is: an entry, a goal, a theme, a collection or a repeating activity."""
        return self.facets.form

    @property
    def blank(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.text and not self.title and not self.files and not self.pieces

    def fields(self) -> dict[str, Any]:
        """As JSON, without the ids of other things; what she left open is absent. The form of the hash."""
        fields: dict[str, Any] = {"kind": str(self.kind), "date": self.on.isoformat(), "text": self.text}
        if self.title:
            fields["title"] = self.title
        if self.files:
            fields["files"] = [each.fields() for each in self.files]
        texts = [each.text for each in self.pieces if each.text]
        return fields | self.facets.fields() | ({"between": texts} if texts else {})

    def content_hash(self) -> str:
        """SHA-256 over the canonical JSON of the fields, without ids and owner: equal for equal content anywhere."""
        return content_hash(self.fields())

    def renamed(self, ids: Mapping[UUID, UUID]) -> Self:
        """The same content with other things under their other ids; what has none is left out."""
        if not self.facets.links and not self.pieces:
            return self
        facets = self.facets.linked(ids[each] for each in self.facets.links if each in ids)
        return replace(self, facets=facets, pieces=renamed(self.pieces, ids))

    def also_linked(self, links: tuple[UUID, ...]) -> Self:
        """The same content with these links too, as far as there is room."""
        return replace(self, facets=self.facets.linked(dict.fromkeys((*self.facets.links, *links)[:MOST_LINKS])))

    def joined(self) -> set[UUID]:
        """The ids of all other things to which it links or which it holds."""
        return {*self.facets.links, *self.chosen()}

    def keeping(self, forms: Mapping[UUID, Form | None], itself: UUID) -> Self:
        """The same content without links to itself, to what is not hers (it is not in `forms`), or to what takes none;
        and without pieces that are no entries. What is hers and does not open (None) is left where she put it."""
        if not self.facets.links and not self.pieces:
            return self
        shut = {key for key, form in forms.items() if form is None}
        linked = shut | {key for key, form in forms.items() if form in LINKED}
        entries = shut | {key for key, form in forms.items() if form is Form.ENTRY}
        links = [each for each in self.facets.links if each != itself and each in linked]
        pieces = (each for each in self.pieces if each.entry is None or each.entry in entries)
        return replace(self, facets=self.facets.linked(links), pieces=tuple(pieces))

    def chosen(self) -> list[UUID]:
        """The entries of a collection, in her order."""
        return [each.entry for each in self.pieces if each.entry]

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

    What follows a line that was cut begins with an ellipsis. The headings of a template are passed over.
    """
    lines = text.strip().splitlines()
    line, *others = [each for each in lines if each.strip() and each.strip() not in HEADINGS] or lines or [""]
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
    return _version(owner, entry.bytes, version) + part.encode()


def places(owner: UUID, entry: bytes, version: int) -> tuple[bytes, bytes]:
    """The places of the head and of the body, by the bytes of the id: for who opens thousands of them."""
    start = _version(owner, entry, version)
    return start + _HEAD, start + _BODY


def _version(owner: UUID, entry: bytes, version: int) -> bytes:
    return b"portfolio 1|" + owner.bytes + entry + version.to_bytes(8, "big")


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
    """An entry as she takes it with her and brings it back: without owner, with its earlier versions.

    By `id` others of the same portfolio or zip link to it; None when nothing does. It is never stored elsewhere.
    """

    content: Content
    first_saved_at: datetime
    saved_at: datetime
    earlier: tuple[EarlierVersion, ...] = ()
    deleted: bool = False
    id: UUID | None = None
