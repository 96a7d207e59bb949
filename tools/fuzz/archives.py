"""Archives for the fuzzer: altered anywhere, and their hashes mended, so that what is altered is read at all."""

import random
import re
from hashlib import sha256
from typing import Final

from tools.fuzz import values
from tools.fuzz.seeds import TOKENS
from tools.fuzz.values import Mutate

from ballotbox.archive import BLOCK, tar_header

_NAME: Final = re.compile(rb"([0-9a-f]{64})(\.(?:data|event)\.json)")
_HASH: Final = re.compile(rb"[0-9a-f]{64}")
_GAP: Final = re.compile(rb"[\[\]{},:\"]")
_MOST_GROWTH: Final = 600


def parts(data: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """The header, body and padding of each record, as far as sizes can be read; what is left is the last header."""
    found: list[tuple[bytes, bytes, bytes]] = []
    place = 0
    while place < len(data):
        header = data[place : place + BLOCK]
        try:
            size = int(header[124:135], 8)
        except ValueError:
            size = -1
        end = place + BLOCK + size
        if size < 0 or end > len(data):
            return [*found, (data[place:], b"", b"")]
        padded = min(len(data), end + -size % BLOCK)
        found.append((header, data[place + BLOCK : end], data[end:padded]))
        place = padded
    return found


def mended(records: list[tuple[bytes, bytes, bytes]]) -> bytes:
    """An archive of these, in which each name is the hash of its body again, whatever names a record by its old hash
    names it by the new one, and the sum of each header is right."""
    fresh: dict[bytes, bytes] = {}
    result = b""
    for header, said, padding in records:
        body = _HASH.sub(lambda found: fresh.get(found[0], found[0]), said)
        named = _NAME.match(header)
        if named:
            fresh[named[1]] = sha256(body).hexdigest().encode()
            header = fresh[named[1]] + header[64:]  # noqa: PLW2901
        result += _summed(header) + body + padding
    return result


def _summed(header: bytes) -> bytes:
    if len(header) < BLOCK:
        return header
    blank = header[:148] + b" " * 8 + header[156:]
    return header[:148] + f"{sum(blank):06o}\0 ".encode() + header[156:]


def altered(data: bytes, most: int, seed: int, mutate: Mutate) -> bytes:
    """An archive that differs somewhere: in a body, a header or its records; now and then not mended."""
    numbers, records = random.Random(seed), parts(data)
    if not records or numbers.random() < 0.1:
        return mutate(data, most)
    place = numbers.randrange(len(records))
    header, body, padding = records[place]
    match numbers.randrange(8):
        case 0:
            records.insert(numbers.randrange(len(records) + 1), records[place])
        case 1:
            del records[place]
        case 2:
            other = numbers.randrange(len(records))
            records[place], records[other] = records[other], records[place]
        case 3:
            records[place] = mutate(header, len(header))[:BLOCK].ljust(len(header), b"\0"), body, padding
        case 4:
            records[place] = header, body, mutate(padding or b"\0", max(1, len(padding)))[: len(padding)]
        case 5 | 6:
            gap = numbers.choice([found.end() for found in _GAP.finditer(body)] or [0])
            records[place] = _sized(header, body[:gap] + numbers.choice(TOKENS).encode() + body[gap:])
        case _:
            records[place] = _sized(header, values.altered(body or b"{}", len(body) + _MOST_GROWTH, seed, mutate))
    return mended(records)[:most]


def _sized(header: bytes, body: bytes) -> tuple[bytes, bytes, bytes]:
    size = tar_header("", len(body), 0)[124:135]
    return header[:124] + size + header[135:], body, bytes(-len(body) % BLOCK)
