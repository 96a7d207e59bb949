"""What gives a thing its place: its form, tags, links, hours, dates, labels. Nothing of it is needed."""

import enum
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.errors import TooManyLinks

MOST_TAGS = 20
TAG_CHARACTERS = 40
MOST_LINKS = 100
MOST_LABELS = 20
LABEL_CHARACTERS = 80
MOST_QUARTERS = 4 * 10_000
_QUARTER = 15


class Form(enum.StrEnum):
    """What a thing in a portfolio is. All of them are kept, changed, deleted and taken along in the same way."""

    ENTRY = "entry"
    GOAL = "goal"
    THEME = "theme"
    COLLECTION = "collection"
    REPEAT = "repeat"


LINKED = frozenset({Form.ENTRY, Form.GOAL, Form.THEME})
"""To what a link may lead."""


class State(enum.StrEnum):
    """How a goal stands. Her own word for it: nothing follows from it."""

    OPEN = "open"
    REACHED = "reached"
    LET_GO = "let-go"


class Every(enum.StrEnum):
    """How often a repeating activity comes back."""

    WEEK = "week"
    TWO_WEEKS = "two-weeks"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a quality framework: only stored and shown."""

    framework: str
    version: str
    code: str

    def __post_init__(self) -> None:
        for each in (self.framework, self.version, self.code):
            if not 0 < len(each) <= LABEL_CHARACTERS:
                raise Invalid(f"a label has parts of 1 to {LABEL_CHARACTERS} characters")


@dataclass(frozen=True, slots=True)
class Facets:
    """The optional fields of a thing. `quarters` are quarters of an hour; `until` is an end date, of a goal its target
    date; `links` lead to other things of hers; `tags` of a theme are the words that it gathers; `handled` is the last
    day of a repeating activity that she kept or passed over.

    Tags are normalised (see `tags_in`). Raises TooManyLinks over 100 of them, and Invalid over 20 tags of 40
    characters or over 10,000 hours.
    """

    form: Form = Form.ENTRY
    tags: tuple[str, ...] = ()
    quarters: int | None = None
    until: date | None = None
    links: tuple[UUID, ...] = ()
    labels: tuple[Label, ...] = ()
    state: State = State.OPEN
    every: Every | None = None
    handled: date | None = None

    def __post_init__(self) -> None:
        if self.tags:
            object.__setattr__(self, "tags", _normal(self.tags))
        if self.links:
            object.__setattr__(self, "links", tuple(dict.fromkeys(self.links)))
        if len(self.links) > MOST_LINKS:
            raise TooManyLinks(f"at most {MOST_LINKS} links")
        if len(self.labels) > MOST_LABELS:
            raise Invalid(f"at most {MOST_LABELS} labels")
        if self.quarters is not None and not 0 < self.quarters <= MOST_QUARTERS:
            raise Invalid("hours are between a quarter and 10,000")
        if self.form is Form.REPEAT and self.every is None:
            raise Invalid("a repeating activity says how often")

    def fields(self) -> dict[str, Any]:
        """As JSON, without the links, whose ids say nothing elsewhere. What is not filled in is absent."""
        found: dict[str, Any] = {}
        if self.form is not Form.ENTRY:
            found["form"] = str(self.form)
        if self.tags:
            found["tags"] = list(self.tags)
        if self.quarters is not None:
            found["minutes"] = self.quarters * _QUARTER
        if self.until is not None:
            found["until"] = self.until.isoformat()
        if self.labels:
            found["labels"] = [
                {"framework": each.framework, "version": each.version, "code": each.code} for each in self.labels
            ]
        if self.state is not State.OPEN:
            found["state"] = str(self.state)
        if self.every is not None:
            found["every"] = str(self.every)
        if self.handled is not None:
            found["handled"] = self.handled.isoformat()
        return found

    def sealed_fields(self) -> dict[str, Any]:
        """The fields, and the links as the ids that they are here."""
        found = self.fields()
        if self.links:
            found["links"] = [each.hex for each in self.links]
        return found

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """From the fields of a head or a document, among others; raises Invalid or ValueError. Links: see `linked`."""
        until, every, handled = fields.get("until"), fields.get("every"), fields.get("handled")
        minutes = fields.get("minutes")
        if minutes is not None and (minutes % _QUARTER or minutes != int(minutes)):
            raise Invalid("minutes come in quarters of an hour")
        return cls(
            Form(fields.get("form", Form.ENTRY)),
            tuple(fields.get("tags", ())),
            int(minutes) // _QUARTER if minutes is not None else None,
            date.fromisoformat(until) if until else None,
            (),
            tuple(Label(each["framework"], each["version"], each["code"]) for each in fields.get("labels", ())),
            State(fields.get("state", State.OPEN)),
            Every(every) if every else None,
            date.fromisoformat(handled) if handled else None,
        )

    def words(self) -> Iterator[str]:
        """All that is free text in it."""
        yield from self.tags
        for each in self.labels:
            yield from (each.framework, each.version, each.code)

    def linked(self, links: Iterable[UUID]) -> Self:
        """The same, with these links."""
        found = tuple(links)
        return self if found == self.links else replace(self, links=found)


PLAIN = Facets()
"""Of an entry that has none of it."""
_SEALED = frozenset({"form", "tags", "minutes", "until", "labels", "state", "every", "handled", "links"})


def unsealed(fields: Mapping[str, Any]) -> Facets:
    """From the fields of a head, most of which have none of this."""
    if _SEALED.isdisjoint(fields):
        return PLAIN
    return Facets.read(fields).linked(UUID(each) for each in fields.get("links", ()))


def same_word(tag: str) -> str:
    """By what two spellings of a tag are one: `Feedback` and `feedback`."""
    return tag.casefold()


def tags_in(typed: str) -> tuple[str, ...]:
    """The tags in what she typed, between commas or on lines of their own, a hash sign before them or not.

    Raises Invalid over 20 of them or over 40 characters.
    """
    return _normal(typed.replace("\n", ",").replace(";", ",").split(","))


def _normal(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the spelling that comes first, in composed Unicode without white space around."""
    found: dict[str, str] = {}
    for each in tags:
        tag = " ".join(unicodedata.normalize("NFC", each).replace(",", " ").split()).lstrip("# ")
        if len(tag) > TAG_CHARACTERS:
            raise Invalid(f"a tag holds {TAG_CHARACTERS} characters")
        if tag:
            found.setdefault(same_word(tag), tag)
        if len(found) > MOST_TAGS:
            raise Invalid(f"at most {MOST_TAGS} tags")
    return tuple(found.values())
