"""A zip that is made while it is sent: never on the disk, and no file of it whole in memory."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from zipstream import ZIP_DEFLATED, ZIP_STORED, ZipStream

Files = Mapping[str, Iterable[bytes]]


def streamed(files: Files, *, first: Iterable[tuple[str, Iterable[bytes]]] = ()) -> Iterator[bytes]:
    """The bytes of a zip with these files, in this order, and last `SHA256SUMS` with the checksums of all of them.

    Before them come the `first`, each asked for when the one before is through. They come in as they are, not made
    smaller.
    """
    sums: list[str] = []
    archive = ZipStream(compress_type=ZIP_DEFLATED)
    for name, pieces in first:
        archive.add(_summed(pieces, name, sums), name, compress_type=ZIP_STORED)
        yield from archive.all_files()
    for name, pieces in files.items():
        archive.add(_summed(pieces, name, sums), name)
    archive.add(_lines(sums), "SHA256SUMS")
    yield from archive.finalize()


def _summed(pieces: Iterable[bytes], name: str, sums: list[str]) -> Iterator[bytes]:
    """The pieces, and at their end the checksum of all of them in `sums`."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    sums.append(f"{digest.hexdigest()}  {name}\n")


def _lines(sums: list[str]) -> Iterator[bytes]:
    """Read when the other files are through, because a zip is made in order."""
    yield "".join(sums).encode()
