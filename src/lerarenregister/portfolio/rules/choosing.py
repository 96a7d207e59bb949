"""What she chooses to see of her entries: by kind, tag, theme, goal and year."""

import json
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.facets import Form, same_word
from lerarenregister.portfolio.rules.heads import PackedHead

_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Choice:
    """What an entry must have to be shown; nothing chosen is everything."""

    kind: Kind | None = None
    tag: str = ""
    theme: UUID | None = None
    goal: UUID | None = None
    year: int | None = None

    def __bool__(self) -> bool:
        return any((self.kind, self.tag, self.theme, self.goal, self.year))

    def fits(self, head: PackedHead, words: frozenset[str] = frozenset()) -> bool:
        """Whether this is an entry that she chose. `words` are those of the chosen theme (see `words_of`)."""
        if head.form is not Form.ENTRY:
            return False
        if self.kind and head.fields["kind"] != self.kind:
            return False
        if self.year and head.fields["date"][:4] != f"{self.year:04}":
            return False
        if self.goal and self.goal.hex not in head.links:
            return False
        if self.tag and same_word(self.tag) not in map(same_word, head.tags):
            return False
        return self.theme is None or belongs(head, self.theme, words)

    def pack(self) -> bytes:
        """As bytes to seal, of a length that says nothing of the words in it."""
        fields = [
            str(self.kind or ""),
            self.tag,
            self.theme.hex if self.theme else "",
            self.goal.hex if self.goal else "",
            self.year or 0,
        ]
        packed = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        return packed.ljust(-(-len(packed) // _BLOCK) * _BLOCK)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """From opened bytes; raises Invalid."""
        try:
            kind, tag, theme, goal, year = json.loads(packed)
            return cls(
                Kind(kind) if kind else None,
                tag,
                UUID(theme) if theme else None,
                UUID(goal) if goal else None,
                year or None,
            )
        except ValueError as error:
            raise Invalid("no choice") from error


def words_of(theme: PackedHead) -> frozenset[str]:
    """The words that a theme gathers, by what their spellings have in common."""
    return frozenset(map(same_word, theme.tags))


def belongs(head: PackedHead, theme: UUID, words: frozenset[str]) -> bool:
    """Whether an entry belongs to a theme: it has one of its words, or a link to it."""
    return theme.hex in head.links or not words.isdisjoint(map(same_word, head.tags))
