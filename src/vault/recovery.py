"""The recovery code: a printable secret of hers that opens her key when her sign-in no longer does.

28 characters of Crockford's base 32: 125 random bits, and 15 bits that tell a typing error. No slow hash is needed: it
is random, not thought up. Kept is a mark of it, and her key under a key derived from it: without the code neither says
anything, and there is no other way in.
"""

import hashlib
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.errors import CodeRefused
from vault.roots import derived, mark_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS, CHECK_CHARACTERS, GROUP = 25, 3, 4
_READ_AS = str.maketrans("ILO", "110")
_NONCE_BYTES = 12


def new_code() -> str:
    """A code, in groups of four with hyphens between."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    whole = body + _check(body)
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def read(typed: str) -> str:
    """The code as it was made, from how somebody typed it: case, blanks and hyphens do not matter, and I, L and O are
    read as 1, 1 and 0. Raises CodeRefused for what is no code."""
    bare = "".join(each for each in typed.upper() if each.isalnum()).translate(_READ_AS)
    body, check = bare[:RANDOM_CHARACTERS], bare[RANDOM_CHARACTERS:]
    if len(bare) != RANDOM_CHARACTERS + CHECK_CHARACTERS or not set(bare) <= set(ALPHABET) or check != _check(body):
        raise CodeRefused("form")
    return bare


def locator_of(bare: str) -> bytes:
    """By what the row of a code is found: nothing that opens it."""
    return mark_of(derived(bare.encode(), b"recovery locator"))


def wrapped(key: bytes, bare: str, *, bound_to: bytes) -> bytes:
    """The data key under the code."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(derived(bare.encode(), b"recovery wrap")).encrypt(nonce, key, bound_to)


def unwrapped(envelope: bytes, bare: str, *, bound_to: bytes) -> bytes:
    """The data key again; raises CodeRefused."""
    try:
        opener = AESGCM(derived(bare.encode(), b"recovery wrap"))
        return opener.decrypt(envelope[:_NONCE_BYTES], envelope[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise CodeRefused("key") from error


def _check(body: str) -> str:
    digest = hashlib.sha256(b"lerarenregister recovery code" + body.encode()).digest()
    return "".join(ALPHABET[byte % 32] for byte in digest[:CHECK_CHARACTERS])
