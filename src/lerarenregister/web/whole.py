"""A file that is whole before its first byte is sent: when something fails on the way, a page says so.

A server that has begun an answer can only stop, and to a browser a text that stops early looks like one that is
complete. Kept compressed meanwhile: a report of a million lines is some megabytes.
"""

import zlib
from collections.abc import Iterable

from django.http import StreamingHttpResponse

_FAST = 1


def whole(pieces: Iterable[str], *, content_type: str) -> StreamingHttpResponse:
    """The answer with this text, in UTF-8, and its length. Reads all pieces; raises what reading them raises."""
    packer, packed, length = zlib.compressobj(_FAST), list[bytes](), 0
    for piece in pieces:
        data = piece.encode()
        length += len(data)
        if done := packer.compress(data):
            packed.append(done)
    packed.append(packer.flush())
    unpacker = zlib.decompressobj()
    response = StreamingHttpResponse((unpacker.decompress(each) for each in packed), content_type=content_type)
    response["Content-Length"] = str(length)
    return response
