"""The secret of a share: 32 bytes that only whoever has the link has. By it the copy is found, and by it it opens.

What finds is derived apart from what opens, and of what finds only a hash is stored: the rows neither open a copy nor
make the link to it.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lerarenregister.kernel.envelopes import KEY_BYTES, Sealer
from lerarenregister.portfolio.sharing.errors import MalformedSecret

SALT_BYTES = 32
_TEXT = re.compile(r"[A-Za-z0-9_-]{43}")


def derived(key: bytes, what: str, *, salt: bytes | None = None, of: bytes = b"") -> bytes:
    """32 bytes derived from a key for one purpose (HKDF-SHA-256, RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt, b"lerarenregister sharing 1|" + what.encode() + b"|" + of).derive(key)


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret of a share."""

    value: bytes = field(repr=False)

    @classmethod
    def of(cls, seed: bytes, share: UUID, salt: bytes) -> Self:
        """The secret of one share of hers: made anew from what only she has, so that it is stored nowhere. Two posts of
        one form give one link. The salt is random for each share: an id that comes back gives another secret."""
        return cls(derived(seed, "secret", salt=salt, of=share.bytes))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The secret in what somebody pasted: the whole link, or what follows its hash sign. Raises MalformedSecret."""
        code = "".join(text.rpartition("#")[2].split())
        if not _TEXT.fullmatch(code):
            raise MalformedSecret("a secret has 43 letters, digits, hyphens and underscores")
        try:
            secret = cls(base64.urlsafe_b64decode(code + "="))
        except binascii.Error as error:
            raise MalformedSecret("not base64") from error
        if secret.text != code:
            raise MalformedSecret("no other spelling of a secret counts")
        return secret

    @property
    def text(self) -> str:
        """As it stands behind the hash sign of a link: 43 characters."""
        return base64.urlsafe_b64encode(self.value).decode().rstrip("=")

    def lookup(self) -> str:
        """The hash that is stored: by it the copy is found."""
        return hashlib.sha256(derived(self.value, "lookup")).hexdigest()

    def sealer(self) -> Sealer:
        """What opens the copy."""
        return Sealer(derived(self.value, "key"))
