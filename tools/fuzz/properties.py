"""What must hold of everything that reads, and how it is tried."""

from collections.abc import Callable
from typing import Any

from ballotbox.checks import Check, Refused
from ballotbox.encoding import read, read_canonical, written


class Different(Exception):
    """It was taken, and it is not what was read."""


def same(one: object, other: object) -> None:
    """Raises Different."""
    if one != other:
        raise Different(f"{one!r:.300}\n  is not\n{other!r:.300}")


def said(value: Any) -> bytes:
    """As it is written."""
    return written(value).encode()


def text(data: bytes) -> str:
    """As the commands read a file."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Refused(Check.JSON, "no UTF-8") from error


def exactly(of: Callable[[Any], Any], back: Callable[[Any], Any] | None = None) -> Callable[[bytes], Any]:
    """What stands in an archive: written in one way."""

    def run(data: bytes) -> Any:
        value = of(read_canonical(data))
        same(written(back(value) if back else value.as_json()).encode(), data)
        return value

    return run


def again(of: Callable[[Any], Any], back: Callable[[Any], Any] | None = None) -> Callable[[bytes], Any]:
    """What stands in a message: it may be spaced otherwise."""

    def run(data: bytes) -> Any:
        value = of(read(data))
        rewritten = written(back(value) if back else value.as_json()).encode()
        same(of(read(rewritten)), value)
        return value

    return run
