"""What a passkey must show: WebAuthn level 2, section 7.1 when it is made and 7.2 when it is used, checked with the
library of Yubico. Of the page no more is believed than what the passkey signed.

Made stricter than the standard asks: its owner must have shown herself (user verification), from a page of ours that
stands in no frame, with one of three algorithms. Where a passkey was made (attestation) is not asked, and not kept.
"""

import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from vault.errors import PasskeyRefused
from vault.settings import Site

MOST_CHARACTERS = 16_384
MOST_ID_BYTES = 1_023
RSA_BITS = (2_048, 4_096)
_ALGORITHMS = {each.ALGORITHM: each for each in (ES256, EdDSA, RS256)}
ALGORITHMS = tuple(_ALGORITHMS)
"""The COSE numbers of the signatures that are accepted: ES256, EdDSA and RS256."""
_FLAGS = AuthenticatorData.FLAG
_CHECKS = {
    "Incorrect type in CollectedClientData.": "type",
    "Invalid origin in CollectedClientData.": "origin",
    "Wrong challenge in response.": "challenge",
    "Wrong RP ID hash in response.": "site",
    "User Present flag not set.": "presence",
    "User verification required, but User Verified flag not set.": "verification",
    "User verification required, but user verified flag not set.": "verification",
}
"""What the library says, and how we name the check."""
Read = TypeVar("Read")
logging.getLogger("fido2").setLevel(logging.WARNING)  # below that it writes the ids of passkeys


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey: its id, its public key (COSE), and the number that it last counted."""

    id: bytes
    public_key: bytes
    counter: int


class Used:
    """An answer of a passkey that is used, read and not yet believed. Raises PasskeyRefused for what is none."""

    def __init__(self, answer: str) -> None:
        said = _object(answer, "clientDataJSON", "authenticatorData", "signature", "userHandle")
        self._said = _read(lambda: AuthenticationResponse.from_dict(said))
        self.credential: bytes = self._said.raw_id
        if not 0 < len(self.credential) <= MOST_ID_BYTES:
            raise PasskeyRefused("form")

    def checked(self, site: Site, known: Credential, *, challenge: str, handle: bytes) -> int:
        """The number that it counts, when this passkey signed this challenge for who has this handle; else
        PasskeyRefused with the check that failed."""
        response = self._said.response
        _check_page(response.client_data)
        key = _read(lambda: CoseKey.parse(cbor.decode(known.public_key)))  # type: ignore[arg-type]
        stored = AttestedCredentialData.create(Aaguid.NONE, known.id, key)
        _checked(lambda: _server(site).authenticate_complete(_asked(challenge), [stored], self._said))
        _check_flags(response.authenticator_data)
        if not hmac.compare_digest(response.user_handle or b"", handle):
            raise PasskeyRefused("handle")
        return int(response.authenticator_data.counter)


def made(answer: str, site: Site, *, challenge: str) -> Credential:
    """The passkey that a browser made for this challenge. Raises PasskeyRefused with the check that failed."""
    said = _object(answer, "clientDataJSON", "attestationObject")
    registration = _read(lambda: RegistrationResponse.from_dict(said))
    data = registration.response.attestation_object.auth_data
    _check_page(registration.response.client_data)
    if not isinstance(data.credential_data, AttestedCredentialData):
        raise PasskeyRefused("form")
    _checked(lambda: _server(site).register_complete(_asked(challenge), registration))
    _check_flags(data)
    credential = data.credential_data
    if credential.credential_id != registration.raw_id or not 0 < len(credential.credential_id) <= MOST_ID_BYTES:
        raise PasskeyRefused("id")
    _check_key(credential.public_key)
    return Credential(credential.credential_id, cbor.encode(dict(credential.public_key)), data.counter)


def _object(answer: str, *names: str) -> dict[str, Any]:
    """The fields that count, of what the browser sent (WebAuthn: RegistrationResponseJSON and the like)."""
    if len(answer) > MOST_CHARACTERS or not answer.isascii():
        raise PasskeyRefused("form")
    said = _read(lambda: json.loads(answer))
    if not isinstance(said, dict) or said.get("type") != "public-key" or not isinstance(said.get("response"), dict):
        raise PasskeyRefused("form")
    response = {name: said["response"].get(name) for name in names}
    if not all(isinstance(each, str) for each in (said.get("rawId"), *response.values())):
        raise PasskeyRefused("form")
    return {"rawId": said["rawId"], "response": response}


def _read(act: Callable[[], Read]) -> Read:
    try:
        return act()
    except Exception as error:  # whatever a stranger sends: bytes that end too soon, a map without its keys
        raise PasskeyRefused("form") from error


def _checked(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as error:  # a key of another form than its algorithm says raises all kinds
        raise PasskeyRefused(_CHECKS.get(str(error), "signature")) from error


def _check_page(page: CollectedClientData) -> None:
    """A page in a frame of another site is none of ours, whatever its address."""
    if page.cross_origin is not False or "topOrigin" in json.loads(page):
        raise PasskeyRefused("frame")


def _check_flags(data: AuthenticatorData) -> None:
    if data.flags & _FLAGS.BS and not data.flags & _FLAGS.BE:
        raise PasskeyRefused("flags")


def _check_key(key: CoseKey) -> None:
    """Of an algorithm on the list, and well-formed: so that it can ever open something."""
    if key.get(3) not in ALGORITHMS or type(key) is not _ALGORITHMS[key[3]]:
        raise PasskeyRefused("algorithm")
    if isinstance(key, RS256):
        bits = int.from_bytes(key[-1], "big").bit_length() if isinstance(key.get(-1), bytes) else 0
        if not RSA_BITS[0] <= bits <= RSA_BITS[1]:
            raise PasskeyRefused("key")
    try:
        key.verify(b"nothing that it signed", b"\0" * 64)  # type: ignore[no-untyped-call]
    except InvalidSignature:
        return
    except Exception as error:  # a point that is not on its curve, a curve of another algorithm
        raise PasskeyRefused("key") from error
    raise PasskeyRefused("key")  # it takes anything for its signature


def _server(site: Site) -> Fido2Server:
    ours = PublicKeyCredentialRpEntity(name="", id=site.rp_id)
    return Fido2Server(ours, verify_origin=lambda origin: origin in site.origins)


def _asked(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}
