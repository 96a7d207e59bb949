"""The root keys: the first wraps, the earlier ones still open until everything is wrapped anew.

They stand in a file of their own, one in base64 per line, the present one first. Rotating is: put a new line on top,
run `python -m vault rotate`, take the old line away. A running process reads the file again when it has changed, so
nothing has to stop.
"""

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import RootMissing

ROOT_BYTES = 32
MARK_BYTES = 8
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A secret under a root key: which one (`root`, its mark) and the ciphertext."""

    root: bytes
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Root:
    """One root key. `mark` (8 bytes) names it and says nothing of it."""

    mark: bytes
    wrapper: AESGCM = field(repr=False)

    @classmethod
    def of(cls, key: bytes) -> "Root":
        """The root of 32 random bytes; raises RootMissing for another length."""
        if len(key) != ROOT_BYTES:
            raise RootMissing("a root key is 32 bytes in base64")
        return cls(derived(key, b"mark")[:MARK_BYTES], AESGCM(derived(key, b"wrap")))


class Roots:
    """The root keys in a file. Raises RootMissing when there is none that it can read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._roots: tuple[Root, ...] = ()
        self.read()

    @property
    def present(self) -> bytes:
        """The mark of the root that wraps now."""
        self.read()
        return self._roots[0].mark

    def wrap(self, secret: bytes, bound_to: bytes) -> Wrapped:
        """The secret under the present root; it opens again only with the same `bound_to`."""
        self.read()
        root, nonce = self._roots[0], os.urandom(_NONCE_BYTES)
        return Wrapped(root.mark, nonce + root.wrapper.encrypt(nonce, secret, bound_to))

    def unwrap(self, wrapped: Wrapped, bound_to: bytes) -> bytes:
        """The secret again. Raises RootMissing when the root is not ours, or the row was changed or moved."""
        root = self._root(wrapped.root)
        try:
            return root.wrapper.decrypt(wrapped.envelope[:_NONCE_BYTES], wrapped.envelope[_NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise RootMissing("a row was changed, or stands in the place of another") from error

    def read(self) -> None:
        """Read the file if it changed since."""
        try:
            status = self._path.stat()
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
            if seen == self._seen:
                return
            lines = self._path.read_text(encoding="ascii").split()
            roots = tuple(Root.of(base64.b64decode(line, validate=True)) for line in lines)
        except (OSError, ValueError, binascii.Error) as error:
            raise RootMissing(f"the file of root keys can not be read: {type(error).__name__}") from error
        if not roots:
            raise RootMissing("the file of root keys is empty")
        self._roots, self._seen = roots, seen

    def _root(self, mark: bytes) -> Root:
        self.read()
        for root in self._roots:
            if root.mark == mark:
                return root
        raise RootMissing("a row is wrapped under a root key that is not in the file")


def make_file(path: Path) -> None:
    """A file with one new root key, whole or not at all, readable by its owner alone; one that is there stays as it
    is."""
    half = path.with_name(f".{path.name}.part")
    held = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        half.unlink(missing_ok=True)  # of one that was killed
        if path.exists():
            return
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(base64.b64encode(secrets.token_bytes(ROOT_BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
        os.fsync(held)
    finally:
        os.close(held)


def derived(key: bytes, purpose: bytes) -> bytes:
    """A key for one purpose: HKDF-SHA256 (RFC 5869)."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"lerarenregister vault 2 " + purpose).derive(key)


def framed(*parts: bytes) -> bytes:
    """The parts with their lengths, so that no two different lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def mark_of(secret: bytes) -> bytes:
    """The SHA-256 of something random: to recognise it without keeping it."""
    return hashlib.sha256(secret).digest()
