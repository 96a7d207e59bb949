"""A small authenticator in software: what a phone or a key does when a page asks it for a passkey.

Every wrong thing that an attacker could have it say can be asked: another origin, other flags, another key, a counter
that goes back.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA

SITE, ORIGIN = "localhost", "http://localhost:8000"
PRESENT, VERIFIED, MAY_BE_COPIED, IS_COPIED, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def text(raw: bytes) -> str:
    """base64url without padding, as browsers send bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey on one device. `counts`: whether it counts how often it signs."""

    private: Private = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    counter: int = 0
    counts: bool = False

    @property
    def public(self) -> CoseKey:
        """Its public key, as it gives it."""
        match self.private:
            case ec.EllipticCurvePrivateKey():
                return ES256.from_cryptography_key(self.private.public_key())
            case ed25519.Ed25519PrivateKey():
                return EdDSA.from_cryptography_key(self.private.public_key())
        return RS256.from_cryptography_key(self.private.public_key())

    def made(
        self, challenge: str, *, handle: bytes = b"", flags: int = PRESENT | VERIFIED, key: Any = None, **said: Any
    ) -> str:
        """What the browser gives for a passkey that was made."""
        self.handle = handle or self.handle
        site = said.pop("site", SITE)
        public = cbor.encode(dict(self.public) if key is None else key)
        data = self._data(site, flags | ATTESTED)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attested = said.pop("attested", None) or cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        page = self._page("webauthn.create", challenge, **said)
        return self._told({"clientDataJSON": text(page), "attestationObject": text(attested)})

    def used(self, challenge: str, *, flags: int = PRESENT | VERIFIED, handle: bytes | None = None, **said: Any) -> str:
        """What the browser gives for a passkey that was used."""
        self.counter += self.counts
        data = self._data(said.pop("site", SITE), flags)
        page = self._page("webauthn.get", challenge, **said)
        signature = self._signed(data + hashlib.sha256(page).digest())
        return self._told(
            {
                "clientDataJSON": text(page),
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": text(self.handle if handle is None else handle),
            }
        )

    def _data(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _page(self, kind: str, challenge: str, **said: Any) -> bytes:
        page = {"type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False, **said}
        return json.dumps(page).encode()

    def _told(self, response: dict[str, str]) -> str:
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response})

    def _signed(self, message: bytes) -> bytes:
        match self.private:
            case ec.EllipticCurvePrivateKey():
                return self.private.sign(message, ec.ECDSA(hashes.SHA256()))
            case ed25519.Ed25519PrivateKey():
                return self.private.sign(message)
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())
