"""To whom something is sealed: a public key of each person, derived from her own data key and stored nowhere.

X25519 (RFC 7748) with a key pair for each message alone, HKDF-SHA-256 over both public keys, then an envelope
(kernel.envelopes). Nobody learns from what is stored who it is for: a row has a hash of the public key at most.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.kernel.identifiers import CROCKFORD
from lerarenregister.portfolio.sharing.errors import MalformedAddress
from lerarenregister.portfolio.sharing.rules.secrets import Secret, derived

_PUBLIC_BYTES = 32
_CHECK_BYTES = 3
_CHARACTERS = (_PUBLIC_BYTES + _CHECK_BYTES) * 8 // 5
_PRIME = 2**255 - 19
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_VALUE = {character: value for value, character in enumerate(CROCKFORD)}


@dataclass(frozen=True, slots=True)
class Address:
    """The address at which a person receives: her public key. It opens nothing, and says nothing of who she is.

    Raises MalformedAddress for bytes that are no public key that anybody has: of another length, not reduced, or of low
    order, with which the secret in a message would be known to all.
    """

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != _PUBLIC_BYTES or int.from_bytes(self.public, "little") >= _PRIME:
            raise MalformedAddress("not a public key")
        try:
            X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(self.public))
        except ValueError as error:
            raise MalformedAddress("a public key of low order") from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """The address as somebody pasted or typed it: case, white space and hyphens do not count, O is read as 0, I and
        L as 1. Raises MalformedAddress."""
        typed = re.sub(r"[\s-]", "", text).upper().translate(_MISREAD)
        if len(typed) != _CHARACTERS or not set(typed) <= _VALUE.keys():
            raise MalformedAddress(f"an address has {_CHARACTERS} letters and digits")
        number = 0
        for character in typed:
            number = number * 32 + _VALUE[character]
        packed = number.to_bytes(_PUBLIC_BYTES + _CHECK_BYTES, "big")
        public, check = packed[:_PUBLIC_BYTES], packed[_PUBLIC_BYTES:]
        if check != _check(public):
            raise MalformedAddress("the check characters do not fit")
        return cls(public)

    def __str__(self) -> str:
        """In groups of four, the last five characters to find typing errors (Crockford base32)."""
        number = int.from_bytes(self.public + _check(self.public), "big")
        text = "".join(CROCKFORD[number >> shift & 31] for shift in range(5 * (_CHARACTERS - 1), -1, -5))
        return "-".join(text[start : start + 4] for start in range(0, _CHARACTERS, 4))

    @property
    def tag(self) -> str:
        """By which she finds what is for her. Who does not have her address can not make it."""
        return hashlib.sha256(b"lerarenregister sharing tag 1|" + self.public).hexdigest()

    def seal(self, plaintext: bytes, *, bound_to: bytes) -> bytes:
        """For her alone."""
        once = X25519PrivateKey.generate()
        public = once.public_key().public_bytes_raw()
        shared = once.exchange(X25519PublicKey.from_public_bytes(self.public))
        return public + _sealer(shared, public, self.public).seal(plaintext, bound_to=bound_to)


@dataclass(frozen=True, slots=True)
class Own:
    """What she shares and receives with, derived from her data key in her own request."""

    seed: bytes = field(repr=False)

    @classmethod
    def of(cls, data_key: bytes) -> Self:
        """From the key of her portfolio."""
        return cls(derived(data_key, "own"))

    @property
    def address(self) -> Address:
        """Where she receives."""
        return Address(self._private().public_key().public_bytes_raw())

    def secret(self, share: UUID, salt: bytes) -> Secret:
        """The secret of one share of hers."""
        return Secret.of(self.seed, share, salt)

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """What was sealed for her; raises Unreadable."""
        private = self._private()
        once, envelope = sealed[:_PUBLIC_BYTES], sealed[_PUBLIC_BYTES:]
        try:
            shared = private.exchange(X25519PublicKey.from_public_bytes(once))
        except ValueError as error:
            raise Unreadable("it was sealed with no proper key") from error
        return _sealer(shared, once, private.public_key().public_bytes_raw()).open(envelope, bound_to=bound_to)

    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(derived(self.seed, "receive"))


def _sealer(shared: bytes, once: bytes, receiver: bytes) -> Sealer:
    return Sealer(derived(shared, "to", of=once + receiver))


def _check(public: bytes) -> bytes:
    return hashlib.sha256(b"lerarenregister sharing address 1|" + public).digest()[:_CHECK_BYTES]
