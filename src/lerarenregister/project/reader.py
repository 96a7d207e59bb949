"""Typed readers of settings: from the environment, or from a file with lines of NAME=value; the environment goes first.

A wrong value is refused with a sentence that names the setting, what is wrong and what to do, before anything starts.
The sentence repeats the value only when it is no secret.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Documented:
    """What the reference page says of a setting; `default` is None when the setting is required."""

    kind: str
    default: str | None
    meaning: str
    secret: bool


def lines_of(path: Path) -> dict[str, str]:
    """The settings in a file; empty lines and lines that begin with # say nothing. Raises ImproperlyConfigured."""
    found: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} can not be read: {type(error).__name__}. Check its rights.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise ImproperlyConfigured(
                f"{path}, line {number}: not NAME=value. Write the name in capitals, no blanks around =; "
                "a note begins with #."
            )
        if name in found:
            raise ImproperlyConfigured(f"{path}, line {number}: {name} is there twice. Keep one line.")
        found[name] = value
    return found


def _port_fits(server: str) -> bool:
    """Whether `host:port` has no port or one that can be; raises ValueError when it is no number."""
    port = urlsplit(f"//{server}").port
    return port is None or port > 0


class Reader:
    """Reads settings and remembers what was asked for: that is the reference page, and the list of known names."""

    def __init__(self, environment: Mapping[str, str], path: Path) -> None:
        self.path = path
        self.documented: dict[str, Documented] = {}
        self._file = lines_of(path)
        self._environment = environment

    def text(self, name: str, default: str | None, meaning: str, *, least: int = 1, secret: bool = False) -> str:
        """A text of at least so many characters, without blanks around it."""
        kind = "text" if least == 1 else f"text of at least {least} characters"
        value = self._value(name, default, meaning, kind=kind, secret=secret)
        if len(value) < least:
            raise self._refused(name, f"has {len(value)} characters and needs at least {least}")
        return value

    def text_if_any(self, name: str, meaning: str, *, least: int = 1, secret: bool = True) -> str:
        """A text of at least so many characters, or "" when it is not set."""
        if name in self._environment or name in self._file:
            self.text(name, None, meaning, least=least, secret=secret)
        kind = "text" if least == 1 else f"text of at least {least} characters"
        self.documented[name] = Documented(kind, "", meaning, secret)
        return self._environment.get(name, self._file.get(name, ""))

    def whole(self, name: str, default: int, meaning: str, *, least: int, most: int) -> int:
        """A whole number with bounds, in digits."""
        kind = f"whole number, {least} to {most}"
        value = self._value(name, str(default), meaning, kind=kind)
        if not (value.isascii() and value.isdecimal()) or len(value) > 9 or not least <= int(value) <= most:
            raise self._refused(name, f"must be a {kind}, not {value!r}")
        return int(value)

    def yes_no(self, name: str, default: bool, meaning: str) -> bool:
        """1 or 0; another word for yes is refused, for it would otherwise mean no."""
        value = self._value(name, "1" if default else "0", meaning, kind="1 or 0")
        if value not in ("0", "1"):
            raise self._refused(name, f"must be 1 (yes) or 0 (no), not {value!r}")
        return value == "1"

    def url(
        self, name: str, default: str | None, meaning: str, *, schemes: tuple[str, ...], secret: bool = False
    ) -> str:
        """An address that begins with one of the schemes; with `secret`, such as for a password in it, never shown."""
        begins = " or ".join(f"{scheme}:///" if scheme == "sqlite" else f"{scheme}://" for scheme in schemes)
        value = self._value(name, default, meaning, kind=f"address, {begins}", secret=secret)
        try:
            parts = urlsplit(value)
            servers = parts.netloc.rpartition("@")[2].split(",")  # a database may be several
            right = parts.scheme in schemes and "://" in value and all(map(_port_fits, servers))
        except ValueError:
            right = False
        if not right or not value.isprintable():
            raise self._refused(name, f"must be an address that begins with {begins}")
        needed = parts.path.strip("/") if parts.scheme == "sqlite" else parts.netloc
        if not needed:
            raise self._refused(name, f"has nothing behind {parts.scheme}://")
        return value

    def site(self, name: str, default: str, meaning: str) -> str:
        """The address of a whole site: http or https and a host, without a path. A slash at the end is taken off."""
        value = self.url(name, default, meaning, schemes=("https", "http")).rstrip("/")
        parts = urlsplit(value)
        if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise self._refused(name, f"must be https://host or https://host:port and nothing behind it, not {value!r}")
        return value

    def key(self, name: str, meaning: str) -> str:
        """32 bytes in base64, kept as text; who uses it decodes it."""
        value = self._value(name, None, meaning, kind=f"{KEY_BYTES} bytes in base64", secret=True)
        try:
            size = len(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != KEY_BYTES:
            raise self._refused(
                name, f"must be {KEY_BYTES} bytes in base64", "Make one with: openssl rand -base64 32, and keep it."
            )
        return value

    def choice(self, name: str, default: str, meaning: str, *, of: tuple[str, ...]) -> str:
        """One of a few words."""
        words = f"{', '.join(of[:-1])} or {of[-1]}"
        return self._formed(name, default, meaning, kind=f"word: {words}", fits=of.__contains__)

    def key_if_any(self, name: str, meaning: str) -> str:
        """Such a key, or "" when it is not set: who has no use for a key should not have it."""
        if name in self._environment or name in self._file:
            self.key(name, meaning)
        self.documented[name] = Documented(f"{KEY_BYTES} bytes in base64", "", meaning, secret=True)
        return self._environment.get(name, self._file.get(name, ""))

    def path_to(self, name: str, default: Path, meaning: str) -> Path:
        """A file or folder, by a path that begins at the root: no process may depend on where it was started."""
        value = self._value(name, str(default), meaning, kind="path")
        if not Path(value).is_absolute():
            raise self._refused(name, f"must be a path that begins with /, not {value!r}")
        return Path(value)

    def mail(self, name: str, default: str, meaning: str) -> str:
        """A mail address, without a name around it."""
        return self._formed(name, default, meaning, kind="mail address", fits=_MAIL.fullmatch)

    def host(self, name: str, default: str, meaning: str) -> str:
        """The name or number of a machine."""
        return self._formed(name, default, meaning, kind="host name", fits=_HOST.fullmatch)

    def word(self, name: str, default: str, meaning: str) -> str:
        """A text without blanks or plus signs, such as the origin of a log."""
        return self._formed(
            name, default, meaning, kind="text without blanks or +", fits=lambda value: not re.search(r"[\s+]", value)
        )

    def refuse_unknown(self) -> None:
        """Call it when every setting was read: a name in the file that nobody asked for is a mistake."""
        for name in sorted(set(self._file) - set(self.documented)):
            near = get_close_matches(name, self.documented, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise ImproperlyConfigured(
                f"{self.path}: {name} is not a setting.{meant} Correct the line or take it out; "
                "docs/reference/settings.md has them all."
            )

    def _formed(self, name: str, default: str, meaning: str, *, kind: str, fits: Callable[[str], object]) -> str:
        value = self._value(name, default, meaning, kind=kind)
        if not fits(value):
            raise self._refused(name, f"must be a {kind}, not {value!r}")
        return value

    def _value(self, name: str, default: str | None, meaning: str, *, kind: str, secret: bool = False) -> str:
        self.documented[name] = Documented(kind, default, meaning, secret)
        value = self._environment.get(name, self._file.get(name, default))
        if value is None:
            raise self._refused(name, "is not set")
        if not value.strip():
            raise self._refused(name, "is empty")
        if value != value.strip() or "\0" in value:
            raise self._refused(name, "has blanks around its value")
        return value

    def _refused(self, name: str, what: str, remedy: str = "") -> ImproperlyConfigured:
        known = self.documented[name]
        if not remedy:
            remedy = "Correct it" if known.default is None else "Correct it, or take it out to have the default,"
            remedy += f" in the environment or in {self.path}."
        return ImproperlyConfigured(f"{name} {what}. {known.meaning} {remedy}")
