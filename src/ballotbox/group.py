"""The group Ed25519 as one total type (spec: Groups, Ed25519).

All arithmetic on the curve is libsodium's, through PyNaCl. libsodium reads 32 bytes little-endian and refuses a zero
scalar and the identity, which are legal here: an election without ballots, a candidate without votes. So those cases
are answered before it is asked, and every other one is its own.

libsodium's multiplication looks whether the point lies in the subgroup of prime order; its addition does not. What is
never multiplied by something other than zero must be looked at apart (`checked`).
"""

import re
from typing import Final

from nacl import bindings as sodium
from nacl.exceptions import RuntimeError as SodiumRefused

from ballotbox.checks import Check, Refused
from ballotbox.scalars import Q, Secret

P: Final = 2**255 - 19
"""The field's prime: a coordinate is below it."""
_IDENTITY: Final = b"\x01" + bytes(31)
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_ANY_HEX: Final = re.compile(r"[0-9A-Fa-f]+")
_NO_SIGN: Final = 2**255 - 1


class Element:
    """An element of the group; `raw` are its 32 bytes as libsodium reads them. Written multiplicatively, as the
    specification does: `a * b`, `a / b`, `a ** n`."""

    __slots__ = ("raw",)
    raw: bytes

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Element({str(self)!r})"

    def __str__(self) -> str:
        """As it stands in messages and in what is hashed: 64 hexadecimal digits, big-endian."""
        return self.raw[::-1].hex()

    def __mul__(self, other: "Element") -> "Element":
        try:
            return Element(sodium.crypto_core_ed25519_add(self.raw, other.raw))
        except SodiumRefused as error:  # one of them is no point of the curve at all
            raise Refused(Check.ELEMENT_GROUP, f"{self} * {other}") from error

    def __truediv__(self, other: "Element") -> "Element":
        try:
            return Element(sodium.crypto_core_ed25519_sub(self.raw, other.raw))
        except SodiumRefused as error:
            raise Refused(Check.ELEMENT_GROUP, f"{self} / {other}") from error

    def __pow__(self, n: "int | Secret") -> "Element":
        return mul(self, n)


ONE: Final = Element(_IDENTITY)
"""The identity: g^0."""


def mul(element: Element, n: "int | Secret") -> Element:
    """`element` to the power `n`: the identity when `n` is 0 or `element` is the identity, else libsodium's.

    Raises Refused (`element_group`) outside the subgroup of prime order.
    """
    scalar = n.raw if isinstance(n, Secret) else n.to_bytes(32, "little")
    if element.raw == _IDENTITY or not any(scalar):
        return ONE
    if element.raw == _GENERATOR:
        return Element(sodium.crypto_scalarmult_ed25519_base_noclamp(scalar))
    try:
        return Element(sodium.crypto_scalarmult_ed25519_noclamp(scalar, element.raw))
    except SodiumRefused as error:
        raise Refused(Check.ELEMENT_GROUP, str(element)) from error


_GENERATOR: Final = sodium.crypto_scalarmult_ed25519_base_noclamp((1).to_bytes(32, "little"))
G: Final = Element(_GENERATOR)
"""The generator g."""


def checked(element: Element) -> Element:
    """The same element, when it lies in the group; for what no multiplication follows. Raises Refused
    (`element_group`)."""
    if element.raw != _IDENTITY and not sodium.crypto_core_ed25519_is_valid_point(element.raw):
        raise Refused(Check.ELEMENT_GROUP, str(element))
    return element


def decoded(text: object) -> Element:
    """What 64 digits stand for, not yet looked at whether it lies in the group: a multiplication does that, or
    `checked`.

    Exactly 64 lower-case hexadecimal digits, big-endian, with a coordinate below p: libsodium would take others for
    the same point, and then one element had two spellings. Raises Refused (`element`, `stricter_element`,
    `element_range`).
    """
    if not isinstance(text, str):
        raise Refused(Check.ELEMENT, "no text")
    if not _HEX.fullmatch(text):
        written_otherwise = _ANY_HEX.fullmatch(text) and int(text, 16) < 2**256
        raise Refused(Check.STRICTER_ELEMENT if written_otherwise else Check.ELEMENT, f"{len(text)} characters")
    raw = bytes.fromhex(text)[::-1]
    if raw[31] & 0x7F == 0x7F and int.from_bytes(raw, "little") & _NO_SIGN >= P:
        raise Refused(Check.ELEMENT_RANGE, text)
    return Element(raw)


def element_of(text: object) -> Element:
    """An element of the group from its text; raises Refused as `decoded` and `checked` do."""
    return checked(decoded(text))


__all__ = ["ONE", "Element", "G", "P", "Q", "checked", "decoded", "element_of", "mul"]
