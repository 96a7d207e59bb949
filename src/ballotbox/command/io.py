"""Files of the roles: read with a clear error, written once and whole, secrets for their owner alone."""

import os
import re
import sys
from argparse import ArgumentTypeError
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from ballotbox import writing
from ballotbox.checks import Refused
from ballotbox.encoding import read

BOM = "\ufeff"
"""With which some editors begin a file."""


class Wrong(Exception):
    """What the person who types can mend; the sentence says how, and nothing of what may be a secret."""


def raw(path: Path) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises Wrong."""
    try:
        if str(path) != "-":
            return path.read_bytes()
        return sys.stdin.buffer.read() if sys.stdin else b""
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}") from error


def lines(path: Path) -> list[str]:
    """The lines of a file as they stand there. Raises Wrong."""
    try:
        return raw(path).decode().removeprefix(BOM).split("\n")
    except UnicodeDecodeError as error:
        raise Wrong(f"{path} is no text in UTF-8") from error


def text(path: Path) -> str:
    """The text of a file, or of standard input for `-`, without the line end. Raises Wrong."""
    return "\n".join(lines(path)).strip()


def value(path: Path) -> Any:
    """What the JSON of a file says. Raises Wrong, and Refused with the name of the file."""
    try:
        return read(text(path))
    except Refused as refused:
        raise refused.inside(str(path)) from None


def values(path: Path) -> list[Any]:
    """What each line of a file says, in JSON: `*.jsons`. Raises Wrong, Refused."""
    return [read(line) for line in lines(path) if line.strip()]


def new(path: Path, content: str, *, secret: bool = False) -> Path:
    """Write a file that is not there yet, whole; a secret can be read by its owner alone. Raises Wrong."""
    together((path, content, secret))
    return path


def event_named(given: str) -> tuple[int, str]:
    """An event by its height and hash, out of what was typed."""
    found = re.fullmatch(r"([0-9]{1,15})/([0-9a-f]{64})", given)
    if found is None:
        raise ArgumentTypeError("HEIGHT/HASH of an event, as `archive add` and `verify` say it")
    return int(found[1]), found[2]


def there(*paths: Path | None) -> None:
    """Raise Wrong when one of these files can not be opened: before hours of work, and not behind them."""
    for path in paths:
        if path is not None and str(path) != "-":
            try:
                path.open("rb").close()
            except OSError as error:
                raise Wrong(f"{path} cannot be read: {error.strerror}") from error


def together(*files: tuple[Path, str, bool]) -> None:
    """Write files that belong together (its name, what stands in it, whether that is secret): all of them, or none when
    one is there already or cannot be written. Raises Wrong."""
    try:
        writing.together(*((path, content.encode(), 0o600 if secret else 0o644) for path, content, secret in files))
    except FileExistsError as error:
        raise Wrong(f"{error.filename} is there already: nothing is written over") from error
    except OSError as error:
        raise Wrong(f"{files[0][0]} cannot be written: {error.strerror}") from error


def say(line: str) -> None:
    """A line for whoever types; what programs read goes to standard output. Nobody hears it when standard error is
    closed: it never goes where programs read."""
    if sys.stderr:
        print(line, file=sys.stderr)


def tell(line: str) -> None:
    """A line that must not be lost, for it says what was just done: when standard output does not take it, it is said
    on standard error too. Raises OSError."""
    try:
        if not sys.stdout:
            say(line)
            return
        print(line, flush=True)
    except OSError:
        say(line)
        raise


def ready() -> None:
    """Make the streams fit to be written to. What is written to a file or to another program is UTF-8, whatever the
    terminal has; a terminal gets an escape for a letter that it lacks. Where a stream is closed nothing else gets its
    number: an archive that is opened would be what other programs take for standard error."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for each in (sys.stdout, sys.stderr):
        if isinstance(each, TextIOWrapper):
            each.reconfigure(encoding=None if each.isatty() else "utf-8", errors="backslashreplace")
