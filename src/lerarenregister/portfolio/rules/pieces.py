"""A file as sealed pieces: cut while it comes in, opened one by one while it goes out.

The file is filled up with zeros to its Padmé length (kernel.envelopes) before it is cut, so that the pieces tell its
size to within 3 %; its real size is in the reference. Each piece is bound to owner, file, number and whether it is the
last.
"""

import enum
from collections.abc import Iterator
from uuid import UUID

from lerarenregister.kernel.envelopes import Sealer, Unreadable, padme
from lerarenregister.portfolio.rules.files import file_place
from lerarenregister.portfolio.rules.searching import folded

PIECE_BYTES = 512 * 1024 - 4
"""With the four bytes of its length it is a power of two, to which the envelope adds no padding."""


def pieces_of(size: int) -> int:
    """How many pieces a file of so many bytes has."""
    return max(1, -(-padme(size) // PIECE_BYTES))


class Cutter:
    """Seals what comes in. Holds at most one piece and what was fed last."""

    def __init__(self, owner: UUID, file: UUID, sealer: Sealer, *, small: bool = False) -> None:
        self._owner, self._file, self._sealer, self._small = owner, file, sealer, small
        self._held = bytearray()
        self._number = 0
        self.size = 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The pieces that are full by now, by number. The last one is only known at the end, so it is held back."""
        self.size += len(data)
        yield from self._cut(data)

    def finish(self) -> Iterator[tuple[int, bytes]]:
        """The rest."""
        missing = padme(self.size) - self.size
        while missing:
            part = min(missing, PIECE_BYTES)
            yield from self._cut(bytes(part))
            missing -= part
        yield self._sealed(bytes(self._held), last=True)

    def _cut(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        self._held += data
        while len(self._held) > PIECE_BYTES:
            piece = bytes(self._held[:PIECE_BYTES])
            del self._held[:PIECE_BYTES]
            yield self._sealed(piece, last=False)

    def _sealed(self, piece: bytes, *, last: bool) -> tuple[int, bytes]:
        number, self._number = self._number, self._number + 1
        place = file_place(self._owner, self._file, number, small=self._small, last=last)
        return number, self._sealer.seal(piece, bound_to=place)


def opened_piece(envelope: bytes, owner: UUID, file: UUID, sealer: Sealer, *, number: int, size: int) -> bytes:
    """A piece of a file of this size, without what it was filled up with. Raises Unreadable."""
    place = file_place(owner, file, number, small=False, last=number == pieces_of(size) - 1)
    piece = sealer.open(envelope, bound_to=place)
    wanted = min(max(0, size - number * PIECE_BYTES), PIECE_BYTES)
    if len(piece) < wanted:
        raise Unreadable("a piece is shorter than the file says")
    return piece[:wanted]


class TextPiece(enum.IntEnum):
    """The two small pieces beside a PDF: what is compared while she types, and what is shown of it."""

    FOLDED = 0
    SHOWN = 1


def text_pieces(text: str, owner: UUID, file: UUID, sealer: Sealer) -> Iterator[tuple[int, bytes]]:
    """The text of a PDF, folded and as it is, sealed for their places; the envelope fills them up."""
    for number, each in ((TextPiece.FOLDED, folded(text)), (TextPiece.SHOWN, text)):
        yield number, sealer.seal(each.encode("utf-8", "ignore"), bound_to=_text_place(owner, file, number))


def opened_text(envelope: bytes, owner: UUID, file: UUID, sealer: Sealer, number: TextPiece) -> bytes:
    """One of the two, in UTF-8. Raises Unreadable."""
    return sealer.open(envelope, bound_to=_text_place(owner, file, number))


def _text_place(owner: UUID, file: UUID, number: TextPiece) -> bytes:
    return b"text of " + file_place(owner, file, number, small=True, last=number is TextPiece.SHOWN)
