"""Keys and messages between trustees (spec: Public key infrastructure, Certificates, Channels).

A trustee keeps one seed. From it follow a key to sign with and a key to decrypt with; what trustees send each other
goes signed and encrypted through the server.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from ballotbox.checks import Check, Refused
from ballotbox.encoding import fields, integer, read, string, written
from ballotbox.group import Element, G, element_of, mul
from ballotbox.proofs import Proof, knowledge, knows, proof_of
from ballotbox.scalars import Secret

_TAG = 8
"""Bytes of the tag of AES-CCM in 3.0."""


class SignedMessage(NamedTuple):
    """`signed_msg`: a text with a signature of it. The signature does not hash the key under which it is checked; see
    the specification page."""

    message: str
    signature: Proof

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {"message": self.message, "signature": self.signature.as_json()}


def signed_message_of(value: Any) -> SignedMessage:
    """A signed message; raises Refused."""
    found = fields(value, ("message", "signature"))
    return SignedMessage(string(found["message"]), proof_of(found["signature"]))


class Keys(NamedTuple):
    """The keys of a trustee, out of her seed."""

    signing: Secret
    decryption: Secret

    @classmethod
    def of(cls, seed: str) -> "Keys":
        """SHA256 of `sk|seed` and of `dk|seed`, modulo q."""
        return cls(*(Secret.reduced(sha256(f"{name}|{seed}".encode()).digest()) for name in ("sk", "dk")))

    @property
    def verification(self) -> Element:
        """With which others check her signatures."""
        return mul(G, self.signing)

    @property
    def encryption(self) -> Element:
        """With which others encrypt for her."""
        return mul(G, self.decryption)


def sign(message: str, key: Secret, w: Secret) -> SignedMessage:
    """Sign a text with a fresh nonce `w`."""
    return SignedMessage(message, knowledge(f"sigmsg|{message}|", key, w))


def is_signed(signed: SignedMessage, verification: Element) -> bool:
    """Whether the owner of a verification key signed it."""
    return knows(f"sigmsg|{signed.message}|", verification, signed.signature)


@dataclass(frozen=True, slots=True)
class Context:
    """For which run of the protocol a certificate is: how many trustees, how many are needed, which one (from 1)."""

    size: int
    threshold: int
    index: int

    def as_json(self) -> dict[str, Any]:
        """In the order of the specification."""
        return {"group": "Ed25519", "size": self.size, "threshold": self.threshold, "index": self.index}


class Certificate(NamedTuple):
    """What a certificate says: its context, and both public keys of a trustee."""

    context: Context
    verification: Element
    encryption: Element


def make_certificate(keys: Keys, context: Context, w: Secret) -> SignedMessage:
    """The certificate of these keys, signed by themselves."""
    said = {
        "context": context.as_json(),
        "verification": str(keys.verification),
        "encryption": str(keys.encryption),
    }
    return sign(written(said), keys.signing, w)


def certificate_of(signed: SignedMessage, context: Context | None = None) -> Certificate:
    """What a certificate says. Raises Refused: `cert_context` when it is for another run or place, `cert_signature`."""
    found = fields(read(signed.message), ("context", "verification", "encryption"))
    said = fields(found["context"], ("group", "size", "threshold", "index"))
    if said["group"] != "Ed25519":
        raise Refused(Check.CERT_CONTEXT, f"{said['group']!r:.40}")
    here = Context(*(integer(said[name], least=1) for name in ("size", "threshold", "index")))
    if context is not None and here != context:
        raise Refused(Check.CERT_CONTEXT, f"it is for {here}, not {context}")
    certificate = Certificate(here, element_of(found["verification"]), element_of(found["encryption"]))
    if not is_signed(signed, certificate.verification):
        raise Refused(Check.CERT_SIGNATURE)
    return certificate


# Encrypting.


class EncryptionNonces(NamedTuple):
    """`r` of the ElGamal part, and `s`, of which the symmetric key is made."""

    r: Secret
    s: Secret

    @classmethod
    def random(cls) -> "EncryptionNonces":
        """Fresh ones."""
        return cls(Secret.random(), Secret.random())


def encrypt(message: str, key: Element, nonces: EncryptionNonces) -> str:
    """An `encrypted_msg`, as text: AES-CCM, which is what 3.0 reads."""
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM  # noqa: PLC0415  (who checks does not need it)

    alpha, shared = mul(G, nonces.r), mul(G, nonces.s)
    beta = mul(key, nonces.r) * shared
    plain = message.encode()
    data = AESCCM(_key(shared), tag_length=_TAG).encrypt(_nonce(alpha, len(plain)), plain, None)
    return written({"alpha": str(alpha), "beta": str(beta), "data": data.hex()})


def decrypt(text: str, key: Secret) -> str:
    """What an `encrypted_msg` holds. Raises Refused (`channel_decryption`): another's key, or changed on its way."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (who checks does not need it)
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM  # noqa: PLC0415

    found = fields(read(text), ("alpha", "beta", "data"), ("algorithm",), order=("algorithm", "alpha", "beta", "data"))
    alpha, beta = element_of(found["alpha"]), element_of(found["beta"])
    shared = beta / mul(alpha, key)
    try:
        data = bytes.fromhex(string(found["data"]))
        match found.get("algorithm"):
            case None:
                nonce = _nonce(alpha, max(0, len(data) - _TAG))
                return AESCCM(_key(shared), tag_length=_TAG).decrypt(nonce, data, None).decode()
            case "AES-GCM":
                return AESGCM(_key(shared)).decrypt(_iv(alpha), data, None).decode()
    except (InvalidTag, ValueError) as error:
        raise Refused(Check.CHANNEL_DECRYPTION) from error
    raise Refused(Check.CHANNEL_DECRYPTION, f"unknown algorithm {found.get('algorithm')!r:.40}")


def _key(shared: Element) -> bytes:
    return sha256(f"key|{shared}".encode()).digest()


def _iv(alpha: Element) -> bytes:
    return sha256(f"iv|{alpha}".encode()).digest()


def _nonce(alpha: Element, length: int) -> bytes:
    """The first bytes of the initialisation vector: 13, and fewer when the length of the message needs the room."""
    size = max(2, (length.bit_length() + 7) // 8)
    return _iv(alpha)[: 15 - size]


# Channels.


class SendingNonces(NamedTuple):
    """What is drawn to send one message."""

    signature: Secret
    encryption: EncryptionNonces

    @classmethod
    def random(cls) -> "SendingNonces":
        """Fresh ones."""
        return cls(Secret.random(), EncryptionNonces.random())


def send(message: str, *, signing: Secret, recipient: Element, nonces: SendingNonces) -> str:
    """A message for the owner of an encryption key, signed and encrypted (spec: send)."""
    said = written({"recipient": str(recipient), "message": message})
    return encrypt(written(sign(said, signing, nonces.signature).as_json()), recipient, nonces.encryption)


def receive(text: str, *, decryption: Secret, sender: Element) -> str:
    """What a trustee was sent. Raises Refused: `channel_decryption`, `channel_signature` when it is not signed by this
    sender, `channel_recipient` when it was meant for another."""
    signed = signed_message_of(read(decrypt(text, decryption)))
    if not is_signed(signed, sender):
        raise Refused(Check.CHANNEL_SIGNATURE)
    found = fields(read(signed.message), ("recipient", "message"))
    if element_of(found["recipient"]) != mul(G, decryption):
        raise Refused(Check.CHANNEL_RECIPIENT)
    return string(found["message"])
