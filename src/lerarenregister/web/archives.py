"""A zip that is made while it is sent: never on the disk, and no file of it whole in memory."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from zipstream import ZIP_DEFLATED, ZipStream


def streamed(files: Mapping[str, Iterable[bytes]]) -> Iterator[bytes]:
    """The bytes of a zip with these files, in this order, and last `SHA256SUMS` with the checksums of all of them."""
    sums: list[str] = []
    archive = ZipStream(compress_type=ZIP_DEFLATED)
    for name, pieces in files.items():
        archive.add(_summed(pieces, name, sums), name)
    archive.add(_lines(sums), "SHA256SUMS")
    return iter(archive)


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
