"""JSON as the specification writes it: compact, fields in order, nothing twice (spec: Conventions, Basic types)."""

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NoReturn

from ballotbox.checks import Check, Refused

MOST_INTEGER: Final = 2**53
"""Small integers (heights, counts) are below this, so that every reader of JSON reads the same."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_UUID: Final = re.compile(f"[{_BASE58}]{{14,}}")
DEEPEST: Final = 16
_MANY: Final = 10_000
_LEAST: Final = 16
"""Bytes that a part of a long text has at least, on average: short parts by the million would cost many times the text
itself in memory."""
"""What is nested deeper says nothing of an election, and could not be written again."""


def written(value: Any) -> str:
    """Compact JSON, in the order in which the fields were put."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def read(text: str | bytes) -> Any:
    """What JSON text says. Raises Refused: `json` (no UTF-8, no JSON, a field twice, a number that is not whole or too
    large, nested too deep, half of a pair of surrogates, which has no UTF-8), `stricter_parts` (many small parts)."""
    try:
        said = text if isinstance(text, str) else text.decode()
        if sum(map(said.count, ",[{")) > _MANY + len(said) // _LEAST:
            raise Refused(Check.STRICTER_PARTS, "more small parts than this reads")
        found = json.loads(
            said,
            object_pairs_hook=_fields_once,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_whole,
        )
        _must_be_shallow(found)
        if "\\u" in said or not said.isascii():
            written(found).encode()
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused(Check.JSON, str(error)[:120]) from error
    return found


def _must_be_shallow(value: Any) -> None:
    level: list[Any] = [[value]]
    for _ in range(DEEPEST + 1):
        values = (each.values() if isinstance(each, dict) else each for each in level)
        level = [inner for each in values for inner in each if isinstance(inner, dict | list)]
        if not level:
            return
    raise Refused(Check.JSON, f"nested deeper than {DEEPEST}")


def read_canonical(text: str | bytes) -> Any:
    """As `read`, of text that is written as `written` writes it; raises Refused (`stricter_canonical`) too. The order
    of the fields is looked at by `fields`."""
    found = read(text)
    if written(found) != (text if isinstance(text, str) else text.decode()):
        raise Refused(Check.STRICTER_CANONICAL)
    return found


def _fields_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused(Check.JSON, "a field stands twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise Refused(Check.JSON, f"a number of {len(text)} characters that is not whole")


def _whole(text: str) -> int:
    if len(text) > 20 or abs(number := int(text)) > MOST_INTEGER:
        raise Refused(Check.INTEGER, f"a number of {len(text)} characters is too large")
    return number


def fields(
    value: Any, needed: Sequence[str], optional: Sequence[str] = (), *, order: Sequence[str] = ()
) -> dict[str, Any]:
    """An object with these fields in this `order` (default: needed, then optional), and no other.

    Raises Refused (`fields`).
    """
    if not isinstance(value, dict):
        raise Refused(Check.FIELDS, "no object")
    expected = [name for name in (order or (*needed, *optional)) if name in value]
    if missing := [name for name in needed if name not in value]:
        raise Refused(Check.FIELDS, f"{missing[0]} is missing")
    if list(value) != expected:
        raise Refused(Check.FIELDS, f"it must have {', '.join(expected)}, in that order and nothing else")
    return value


def listed(value: Any, check: Check = Check.FIELDS) -> list[Any]:
    """A list; raises Refused (`check`)."""
    if not isinstance(value, list):
        raise Refused(check, "no list")
    return value


def string(value: Any) -> str:
    """A text; raises Refused (`string`)."""
    if not isinstance(value, str):
        raise Refused(Check.STRING, "no text")
    return value


def integer(value: Any, *, least: int = 0) -> int:
    """A small integer; raises Refused (`integer`)."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise Refused(Check.INTEGER, f"{value!r:.40} is no whole number of {least} or more")
    return value


def uuid(value: Any) -> str:
    """The identifier of an election: at least 14 characters of Base58; raises Refused (`uuid`)."""
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise Refused(Check.UUID, f"{value!r:.40}")
    return value


def hash_of(value: Any) -> str:
    """A hash in 64 lower-case hexadecimal digits; raises Refused (`hash`)."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise Refused(Check.HASH, f"{value!r:.80}")
    return value


def sha256_hex(text: str | bytes) -> str:
    """SHA256 in hexadecimal, as names of files and payloads have it."""
    return sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def sha256_b64(text: str | bytes) -> str:
    """SHA256 in Base64 without padding, as fingerprints, signatures and trackers have it."""
    return b64_of_hex(sha256_hex(text))


def b64_of_hex(digest: str) -> str:
    """The same hash in Base64 without padding."""
    return b64encode(bytes.fromhex(digest)).decode().rstrip("=")
