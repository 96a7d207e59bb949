"""Identifiers as small frozen values with `parse` and a display form; each docstring cites its source."""

import re
import secrets
from dataclasses import dataclass
from typing import ClassVar, Self
from uuid import UUID, uuid4

from stdnum import luhn
from uuid_utils.compat import uuid7

from lerarenregister.kernel.errors import Invalid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u00a0": None})


def new_id() -> UUID:
    """A time-ordered identifier (UUID version 7), for everything but a portfolio."""
    return uuid7()


def random_id() -> UUID:
    """A random identifier (UUID version 4), for everything of a portfolio: it says nothing about when."""
    return uuid4()


@dataclass(frozen=True, slots=True, order=True)
class _Pattern:
    """A value that is right when it matches a pattern."""

    value: str
    pattern: ClassVar[re.Pattern[str]]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value in `text`, white space and case forgiven; raises Invalid."""
        value = re.sub(r"\s", "", text).upper()
        if not cls.pattern.fullmatch(value):
            raise Invalid(f"not a {cls.__name__}")
        return cls(value)

    def __str__(self) -> str:
        return self.value


class BoardNumber(_Pattern):
    """Bestuursnummer (bevoegd-gezagnummer): five digits, as in all 6,804 rows of DUO's file of po locations (2013)."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{5}")


class OfficeCode(_Pattern):
    """Code of an administration office (kantoor): a K and four digits. This register's own."""

    __slots__ = ()
    pattern = re.compile(r"K[0-9]{4}")


class Brin(_Pattern):
    """BRIN, the code of an institution: two digits, two letters (python-stdnum `nl.brin`; DUO files)."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{2}[A-Z]{2}")


class LocationCode(_Pattern):
    """Vestigingscode: BRIN and two digits, `00` for the main location (RIO LOD API 2.13)."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")

    @property
    def brin(self) -> Brin:
        """The institution the location belongs to."""
        return Brin(self.value[:4])


@dataclass(frozen=True, slots=True)
class _CheckedCode:
    """Crockford base32 with a Luhn check character over the same 32 characters (`stdnum.luhn`).

    The check finds every single wrong character and nearly all swaps of neighbours. O is read as 0, I and L as 1;
    hyphens and spaces do not count.
    """

    value: str
    length: ClassVar[int]

    @classmethod
    def random(cls) -> Self:
        """A new one, from the system's source of randomness (5 bits a character)."""
        body = "".join(secrets.choice(CROCKFORD) for _ in range(cls.length))
        return cls(body + luhn.calc_check_digit(body, CROCKFORD))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The code as a person typed it; raises Invalid without repeating it."""
        value = text.upper().translate(_MISREAD)
        if len(value) != cls.length + 1 or not set(value) <= set(CROCKFORD):
            raise Invalid(f"not a {cls.__name__}: {cls.length + 1} letters and digits are needed")
        if not luhn.is_valid(value, CROCKFORD):
            raise Invalid(f"not a {cls.__name__}: the check character does not fit")
        return cls(value)


class RegisterNumber(_CheckedCode):
    """Register number: eight random characters (40 bits) and a check character, shown as `LR-4K7-9QX-2MC`.

    Random, so that it says nothing about the order of registration. Ours, no standard; it can not be taken for a
    citizen service number, because it starts with letters.
    """

    __slots__ = ()
    length = 8

    @classmethod
    def parse(cls, text: str) -> "RegisterNumber":
        """As typed, with or without `LR-`."""
        stripped = re.sub(r"^\s*LR[\s-]*", "", text, flags=re.IGNORECASE)
        return super().parse(stripped)

    def __str__(self) -> str:
        return f"LR-{self.value[:3]}-{self.value[3:6]}-{self.value[6:]}"


class ActivationCode(_CheckedCode):
    """Activation code: sixteen random characters (80 bits) and a check character, shown in groups of four."""

    __slots__ = ()
    length = 16

    def __str__(self) -> str:
        return "-".join(self.value[start : start + 4] for start in range(0, 16, 4)) + self.value[16:]

    def __repr__(self) -> str:
        return "ActivationCode(...)"


class ContactCode(_CheckedCode):
    """A code that is mailed to an address to see whose it is: eight random characters (40 bits) and a check character.
    It works for some days, in one account and for a few tries."""

    __slots__ = ()
    length = 8

    def __str__(self) -> str:
        return f"{self.value[:3]}-{self.value[3:6]}-{self.value[6:]}"

    def __repr__(self) -> str:
        return "ContactCode(...)"
