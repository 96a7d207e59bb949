"""Signed tree heads as C2SP `tlog-checkpoint` in a C2SP `signed-note` (Ed25519). Pure."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lerarenregister.audit.errors import LogDamaged

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: the tree of `origin` has `size` leaves and this `root`."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text: origin, size and root, a line each."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def public_bytes(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def verifier_key(origin: str, key: Ed25519PublicKey) -> str:
    """The key as auditors write it: `name+hash+base64` (C2SP signed-note, "vkey")."""
    encoded = base64.b64encode(_ED25519 + public_bytes(key)).decode()
    return f"{origin}+{_key_id(origin, key).hex()}+{encoded}"


def parse_verifier_key(text: str) -> tuple[str, Ed25519PublicKey]:
    """The origin and key of a `vkey`; raises LogDamaged when it is not one of an Ed25519 key."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
        key = Ed25519PublicKey.from_public_bytes(raw[1:])
    except ValueError as error:
        raise LogDamaged("not a verifier key: name+hash+base64 is needed") from error
    if raw[:1] != _ED25519 or _key_id(name, key).hex() != key_id:
        raise LogDamaged("the verifier key does not fit its own hash")
    return name, key


def sign(head: Head, key: Ed25519PrivateKey) -> str:
    """The signed note."""
    text = head.text()
    signature = _key_id(head.origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n\u2014 {head.origin} {base64.b64encode(signature).decode()}\n"


def verify(note: str, *, origin: str, key: Ed25519PublicKey) -> Head:
    """The head a note signs; raises LogDamaged when it is not a checkpoint of `origin` signed by `key`."""
    text, separator, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) < 3 or lines[0] != origin:
        raise LogDamaged("not a checkpoint of this log")
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "\u2014" or name != origin:
            continue
        try:
            raw = base64.b64decode(encoded)
        except ValueError as error:
            raise LogDamaged("the signature of the checkpoint can not be read") from error
        if raw[:4] != _key_id(origin, key):
            continue
        try:
            key.verify(raw[4:], (text + "\n").encode())
        except InvalidSignature as error:
            raise LogDamaged("the signature of the checkpoint is wrong") from error
        return Head(origin, int(lines[1]), base64.b64decode(lines[2]))
    raise LogDamaged("no signature of this log's key under the checkpoint")


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_bytes(key)).digest()[:4]
