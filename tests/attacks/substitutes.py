"""What is put in the place of an id in an address: ids of others and of other things, forms in which an id could be
written, and what is no id."""

from collections.abc import Callable
from uuid import UUID

from tests.register.cast import BOARD, OTHER_BOARD

Made = Callable[[str, dict[str, str]], str]
"""From the id that belongs there and all ids of the world to what is sent instead."""


def _plus(step: int) -> Made:
    return lambda own, ids: str(UUID(int=UUID(own).int + step))


def _version(number: int) -> Made:
    return lambda own, ids: own[:14] + str(number) + own[15:]


def _of(thing: str) -> Made:
    return lambda own, ids: ids[thing]


OF_OTHERS: dict[str, Made] = {
    "the id after it": _plus(1),
    "the id before it": _plus(-1),
    "another version of it": _version(1),
    "a random version of it": _version(8),
    "the same at another time": lambda own, ids: "01900000-0000" + own[13:],
    "no bit set": lambda own, ids: str(UUID(int=0)),
    "every bit set": lambda own, ids: str(UUID(int=2**128 - 1)),
    "an account": _of("account"),
    "a person": _of("person"),
    "a session": _of("session"),
    "an appointment's version": _of("version"),
    "a review": _of("review"),
    "a delivery": _of("delivery"),
}
"""Well-formed ids of something else: answered as what is absent."""

ODD: dict[str, Made] = {
    "upper case": lambda own, ids: "A" + own[1:].upper(),
    "no hyphens": lambda own, ids: own.replace("-", ""),
    "braces": lambda own, ids: "{" + own + "}",
    "urn": lambda own, ids: "urn:uuid:" + own,
    "a space behind": lambda own, ids: own + "%20",
    "NUL behind": lambda own, ids: own + "%00",
    "a line behind": lambda own, ids: own + "%0d%0a",
    "a dot behind": lambda own, ids: own + ".json",
    "two ids": lambda own, ids: own + "," + own,
    "a wildcard": lambda own, ids: "%25",
    "a quote": lambda own, ids: own + "'%20or%20'1'='1",
    "wide digits": lambda own, ids: own.translate({48 + each: 0xFF10 + each for each in range(10)}),
    "a way up": lambda own, ids: "..%2f..%2f" + own,
    "a way around": lambda own, ids: own + "%2f..%2f" + own,
    "one": lambda own, ids: "1",
    "minus one": lambda own, ids: "-1",
    "too long": lambda own, ids: own * 200,
}
"""Nothing that an address can hold: not there, for everybody."""

OF_BOARDS: dict[str, Made] = {
    "another board": lambda own, ids: OTHER_BOARD,
    "no board": lambda own, ids: "00000",
    "a zero before it": lambda own, ids: "0" + BOARD,
    "a space behind it": lambda own, ids: BOARD + "%20",
    "NUL behind it": lambda own, ids: BOARD + "%00",
    "wide digits": lambda own, ids: BOARD.translate({48 + each: 0xFF10 + each for each in range(10)}),
    "a wildcard": lambda own, ids: "%25",
    "two boards": lambda own, ids: f"{BOARD},{OTHER_BOARD}",
    "too long": lambda own, ids: BOARD * 200,
}
"""Numbers in the place of the board's own: not there, but for who has a role at that board."""

FEW = ("the id after it", "an account", "a session", "upper case", "another board")
"""What also those try who get in nowhere near."""
