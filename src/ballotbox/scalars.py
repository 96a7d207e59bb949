"""Numbers modulo q: public ones as Python integers, secret ones as bytes that only libsodium computes with.

A secret is read from its decimal text once, on the machine of its owner, and written once. Python's conversion between
decimal and bytes takes a time that depends on the number; nothing else here does (docs/reference/ballotbox.md).
"""

import re
import secrets
from hashlib import sha256
from typing import Final

from nacl import bindings as sodium

from ballotbox.checks import Check, Refused

Q: Final = 2**252 + 27742317777372353535851937790883648493
"""The order of the group."""
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,75}")
_OTHERWISE: Final = re.compile(r"[+]?[0-9]{1,200}")


def scalar_of(text: object) -> int:
    """A number modulo q from its decimal text.

    Raises Refused: `scalar`, `scalar_range` from q on, `stricter_scalar` with leading zeros or a sign. It does not say
    what was given: it may be a private key.
    """
    if not isinstance(text, str):
        raise Refused(Check.SCALAR, "no text")
    said = f"a number of {len(text)} characters"
    if not _DECIMAL.fullmatch(text):
        if _OTHERWISE.fullmatch(text):
            raise Refused(Check.SCALAR_RANGE if int(text) >= Q else Check.STRICTER_SCALAR, said)
        raise Refused(Check.SCALAR, said)
    number = int(text)
    if number >= Q:
        raise Refused(Check.SCALAR_RANGE, said)
    return number


def hashed(prefix: str, *commitments: object) -> int:
    """SHA256 of a prefix and what follows, separated by commas, as a big-endian number modulo q (spec: the functions
    H with a subscript)."""
    text = prefix + ",".join(map(str, commitments))
    return int.from_bytes(sha256(text.encode()).digest(), "big") % Q


class Secret:
    """A secret number modulo q: a private key, the exponent of a credential, a nonce. It shows itself to nobody:
    `repr` says nothing, and `decimal` is for the one file that its owner keeps."""

    __slots__ = ("raw",)
    raw: bytes

    def __init__(self, raw: bytes) -> None:
        """32 bytes, little-endian, below q."""
        self.raw = raw

    def __repr__(self) -> str:
        return "Secret(...)"

    @classmethod
    def random(cls) -> "Secret":
        """Uniform in [0, q), from the operating system."""
        return cls(sodium.crypto_core_ed25519_scalar_reduce(secrets.token_bytes(64)))

    @classmethod
    def reduced(cls, digest: bytes) -> "Secret":
        """A big-endian number of at most 64 bytes, modulo q."""
        return cls(sodium.crypto_core_ed25519_scalar_reduce(digest[::-1].ljust(64, b"\0")))

    @classmethod
    def of(cls, number: int) -> "Secret":
        """A number that is known to be below q, such as the vote itself."""
        return cls(number.to_bytes(32, "little"))

    @classmethod
    def of_decimal(cls, text: object) -> "Secret":
        """From its decimal text; raises Refused as `scalar_of`."""
        return cls.of(scalar_of(text))

    def decimal(self) -> str:
        """For the file of its owner."""
        return str(int.from_bytes(self.raw, "little"))

    def __add__(self, other: "Secret") -> "Secret":
        return Secret(sodium.crypto_core_ed25519_scalar_add(self.raw, other.raw))

    def __mul__(self, other: "Secret | int") -> "Secret":
        factor = other.raw if isinstance(other, Secret) else other.to_bytes(32, "little")
        return Secret(sodium.crypto_core_ed25519_scalar_mul(self.raw, factor))

    def response(self, secret: "Secret", challenge: int) -> int:
        """The public response of a proof: this nonce less `secret` times `challenge`, modulo q."""
        product = sodium.crypto_core_ed25519_scalar_mul(secret.raw, challenge.to_bytes(32, "little"))
        return int.from_bytes(sodium.crypto_core_ed25519_scalar_sub(self.raw, product), "little")


ZERO: Final = Secret(bytes(32))


def total(numbers: "list[Secret]") -> Secret:
    """Their sum modulo q."""
    result = ZERO
    for each in numbers:
        result = result + each
    return result
