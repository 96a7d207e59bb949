"""Envelopes: authenticated encryption bound to what the text belongs to, padded so that its size says little.

AES-256-GCM from `cryptography` with a random 96-bit nonce: one key may seal 2^32 envelopes, far beyond what one
portfolio holds. Padding is Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019).
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lerarenregister.kernel.errors import DomainError

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
SMALLEST = 33
"""Bytes of an envelope of nothing: format, nonce, the length of the text, and the tag."""


class Unreadable(DomainError):
    """The envelope does not open: another key, another place, or changed bytes."""

    code = "unreadable"


def new_key() -> bytes:
    """A random 256-bit key."""
    return AESGCM.generate_key(256)


def padme(length: int) -> int:
    """The padded length of `length` bytes: at most 12 % more, leaking O(log log length) bits."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    mask = (1 << (exponent - kept)) - 1
    return (length + mask) & ~mask


class Sealer:
    """Seals and opens envelopes under one key. `bound_to` (owner, id, version) must match to open."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, plaintext: bytes, *, bound_to: bytes) -> bytes:
        """Format byte, nonce, then the ciphertext of 4 bytes of length, the text and zeros up to the Padmé length."""
        framed = len(plaintext).to_bytes(4, "big") + plaintext
        padded = framed + bytes(padme(len(framed)) - len(framed))
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._aead.encrypt(nonce, padded, bound_to)

    def open(self, envelope: bytes, *, bound_to: bytes) -> bytes:
        """The text again. Raises Unreadable when the key, the place or one bit differs."""
        if envelope[:1] != _FORMAT:
            raise Unreadable("unknown envelope format")
        try:
            padded = self._aead.decrypt(envelope[1 : 1 + _NONCE_BYTES], envelope[1 + _NONCE_BYTES :], bound_to)
        except (InvalidTag, ValueError) as error:
            raise Unreadable("the envelope does not open with this key in this place") from error
        return padded[4 : 4 + int.from_bytes(padded[:4], "big")]
