"""Files of the roles: read with a clear error, written once and whole, secrets for their owner alone."""

import sys
from pathlib import Path
from typing import Any

from ballotbox import writing
from ballotbox.encoding import read


class Wrong(Exception):
    """What the person who types can mend; the sentence says how."""


def text(path: Path) -> str:
    """The text of a file, or of standard input for `-`, without the line end. Raises Wrong."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return raw.decode().strip()
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Wrong(f"{path} is no text") from error


def value(path: Path) -> Any:
    """What the JSON of a file says. Raises Wrong, Refused."""
    return read(text(path))


def values(path: Path) -> list[Any]:
    """What each line of a file says, in JSON: `*.jsons`. Raises Wrong, Refused."""
    return [read(line) for line in text(path).splitlines() if line.strip()]


def new(path: Path, content: str, *, secret: bool = False) -> Path:
    """Write a file that is not there yet, whole; a secret can be read by its owner alone. Raises Wrong."""
    try:
        writing.new(path, content.encode(), mode=0o600 if secret else 0o644)
    except FileExistsError as error:
        raise Wrong(f"{path} is there already: nothing is written over") from error
    except OSError as error:
        raise Wrong(f"{path} cannot be written: {error.strerror}") from error
    return path


def there(*paths: Path | None) -> None:
    """Raise Wrong when one of these files can not be opened: before hours of work, and not behind them."""
    for path in paths:
        if path is not None and str(path) != "-":
            try:
                path.open("rb").close()
            except OSError as error:
                raise Wrong(f"{path} cannot be read: {error.strerror}") from error


def say(line: str) -> None:
    """A line for whoever types; what programs read goes to standard output."""
    print(line, file=sys.stderr)
