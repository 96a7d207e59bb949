"""JSON for the fuzzer, altered as JSON: what libFuzzer alters byte by byte is seldom JSON afterwards."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

from tools.fuzz.seeds import IDENTITY, LOW_ORDER, OFF_CURVE

Mutate = Callable[[bytes, int], bytes]
"""Alters bytes, which become at most so many: libFuzzer's own."""
ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 2**30, 2**53, 2**53 + 1, "", "0", "01", "x", "\ud800", "é", [], {}, [[]]),
    *(IDENTITY, OFF_CURVE, *LOW_ORDER, "f" * 64, ["Single", {}], ["Pedersen", {}]),
)
"""What may stand where something else stood."""
_DEEPEST: Final = 3
"""JSON in a text in JSON, and so on: so far is it read."""


def altered(data: bytes, most: int, seed: int, mutate: Mutate) -> bytes:
    """Bytes in which one line that is JSON differs in one place; or, half of the time, any bytes of them."""
    numbers = random.Random(seed)
    lines = data.split(b"\n")
    values = [place for place, line in enumerate(lines) if line[:1] in {b"{", b"["}]
    if not values or numbers.random() < 0.5:
        return mutate(data, most)
    place = numbers.choice(values)
    try:
        lines[place] = _line(lines[place].decode(), numbers, mutate).encode(errors="surrogatepass")
    except (ValueError, RecursionError):
        return mutate(data, most)
    return b"\n".join(lines)[:most]


def _line(text: str, numbers: random.Random, mutate: Mutate, depth: int = 0) -> str:
    whole = [json.loads(text)]
    container, key = numbers.choice(list(_places(whole)))
    here = container[key]
    match numbers.randrange(6):
        case 0 if container is not whole:
            del container[key]
        case 1 if isinstance(container, list) and container is not whole:
            container.insert(key, here)
        case 2:
            other, theirs = numbers.choice(list(_places(whole)))
            container[key] = json.loads(json.dumps(other[theirs]))
        case 3 | 4 if isinstance(here, str):
            inner = depth < _DEEPEST and here[:1] in {"{", "["}
            container[key] = _line(here, numbers, mutate, depth + 1) if inner else _text(here, mutate)
        case _:
            container[key] = numbers.choice(ODD)
    return json.dumps(whole[0], separators=(",", ":"), ensure_ascii=False)


def _text(text: str, mutate: Mutate) -> str:
    return mutate(text.encode(errors="replace"), len(text) + 8).decode(errors="replace")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each part of it: in what it stands, and where."""
    for key, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)
