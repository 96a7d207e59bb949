"""A collection: chosen entries in her order, with text of hers between them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lerarenregister.kernel.errors import Invalid

MOST_PIECES = 5_000
_MARK = b"\xffpieces 1|"
"""With it begins a body that has pieces. No text begins so: it is no UTF-8."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a collection: an entry, or a text between entries."""

    entry: UUID | None = None
    text: str = ""

    def __post_init__(self) -> None:
        text = self.text.replace("\r\n", "\n").replace("\r", "\n").strip()
        object.__setattr__(self, "text", text)
        if bool(text) is (self.entry is not None):
            raise Invalid("a piece is an entry or a text")


def packed_body(text: str, pieces: tuple[Piece, ...]) -> bytes:
    """The body of a thing as bytes to seal: the text itself, or a text and its pieces as JSON."""
    if not pieces:
        return text.encode()
    told: list[Any] = [each.entry.hex if each.entry else {"text": each.text} for each in pieces]
    return _MARK + json.dumps({"text": text, "pieces": told}, ensure_ascii=False).encode()


def opened_body(packed: bytes) -> tuple[str, tuple[Piece, ...]]:
    """The text and the pieces in opened bytes."""
    if not packed.startswith(_MARK):
        return packed.decode(), ()
    fields = json.loads(packed[len(_MARK) :])
    pieces = (Piece(UUID(each)) if isinstance(each, str) else Piece(text=each["text"]) for each in fields["pieces"])
    return fields["text"], tuple(pieces)


def plain_bytes(packed: bytes) -> bytes:
    """All the text in opened bytes, pieces included, as UTF-8."""
    if not packed.startswith(_MARK):
        return packed
    text, pieces = opened_body(packed)
    return "\n".join([text, *(each.text for each in pieces)]).encode()


def renamed(pieces: Iterable[Piece], ids: Mapping[UUID, UUID]) -> tuple[Piece, ...]:
    """The pieces with the entries under their other ids; an entry that has none is left out."""
    return tuple(
        Piece(ids[each.entry]) if each.entry else each for each in pieces if each.entry is None or each.entry in ids
    )


def told(pieces: Iterable[Piece], names: Mapping[UUID, Any]) -> list[dict[str, Any]]:
    """The pieces as JSON, with the entries under these names."""
    return [
        {"entry": names[each.entry]} if each.entry else {"text": each.text}
        for each in pieces
        if each.entry is None or each.entry in names
    ]


def moved(pieces: tuple[Piece, ...], place: int, to: int) -> tuple[Piece, ...]:
    """The piece at a place put at another one; places count from 0, and what lies outside changes nothing."""
    if not 0 <= place < len(pieces):
        return pieces
    rest = [*pieces[:place], *pieces[place + 1 :]]
    rest.insert(min(max(to, 0), len(rest)), pieces[place])
    return tuple(rest)


def written(pieces: tuple[Piece, ...], place: int, text: str) -> tuple[Piece, ...]:
    """The text piece at a place with another text; an empty one takes it out. An entry stays as it is."""
    if not 0 <= place < len(pieces) or pieces[place].entry:
        return pieces
    return (*pieces[:place], *([Piece(text=text)] if text.strip() else []), *pieces[place + 1 :])


def without(pieces: tuple[Piece, ...], place: int) -> tuple[Piece, ...]:
    """All pieces but the one at a place."""
    return (*pieces[:place], *pieces[place + 1 :]) if 0 <= place < len(pieces) else pieces


def only_moved(before: tuple[Piece, ...], after: tuple[Piece, ...]) -> bool:
    """Whether the same pieces stand in another order."""
    if before == after or len(before) != len(after):
        return False
    return sorted(map(_key, before)) == sorted(map(_key, after))


def _key(piece: Piece) -> str:
    return piece.entry.hex if piece.entry else f"|{piece.text}"
