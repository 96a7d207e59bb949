"""Providers as the vault meets them: what they publish, what they sign; and people who sign in there."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import Key

from tests import vaults
from vault import challenges
from vault.answers import Also, Opened
from vault.errors import IssuerAway
from vault.service import Vault
from vault.tokens import Issuer

AT = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
EID = Issuer("eID", "https://eid.example.org", "lerarenregister")
EDUID = Issuer("eduID", "https://eduid.example.org", "register-edu")
KEY_ID = b"the id of a key."


@dataclass
class Providers:
    """What the providers publish. `asked` are the addresses that were fetched; `away` makes every one fail."""

    keys: dict[str, list[Key]] = field(default_factory=lambda: {each.issuer: [vaults.signing_key()] for each in BOTH})
    said: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: bool = False

    def fetch(self, url: str) -> dict[str, Any]:
        """As `tokens.fetched`."""
        self.asked.append(url)
        if self.away:
            raise IssuerAway("ConnectionError")
        if url in self.said:
            return dict(self.said[url])
        issuer = "/".join(url.split("/")[:3])
        if url.endswith("/.well-known/openid-configuration"):
            return {"issuer": issuer, "jwks_uri": f"{issuer}/jwks"}
        return {"keys": [key.as_dict(private=False) for key in self.keys[issuer]]}


BOTH = (EID, EDUID)


def claims(subject: str, challenge: str, *, of: Issuer = EID, at: datetime = AT, **changed: Any) -> dict[str, Any]:
    """What a provider says of a sign-in two seconds ago; a claim that is changed to None is left out."""
    moment = int((at - timedelta(seconds=2)).timestamp())
    said = {
        "iss": of.issuer,
        "aud": of.client_id,
        "sub": subject,
        "iat": moment,
        "exp": moment + 60,
        "auth_time": moment,
        "nonce": challenges.nonce_of(challenge),
        **changed,
    }
    return {name: value for name, value in said.items() if value is not None}


def token(said: object, *, key: Key | None = None, alg: str = "RS256", **header: Any) -> str:
    """Signed, whatever it says."""
    key = key or vaults.signing_key()
    header = {"alg": alg, "kid": key.kid, **header}
    header = {name: value for name, value in header.items() if value is not None}
    payload = said if isinstance(said, bytes) else json.dumps(said).encode()
    return jws.serialize_compact(header, payload, key, algorithms=[alg])


def sign_in(vault: Vault, subject: str, *, of: Issuer = EID, at: datetime = AT, **changed: Any) -> dict[str, Any]:
    """What a sign-in of this person just now gives to a verb: its challenge, her token, and the moment."""
    challenge = vault.challenge(at=at)
    return {"challenge": challenge, "id_token": token(claims(subject, challenge, of=of, at=at, **changed)), "at": at}


def opened(
    vault: Vault,
    subject: str,
    *,
    of: Issuer = EID,
    at: datetime = AT,
    make: bytes | None = None,
    also: Also = Also.NOTHING,
) -> Opened:
    """The key of this person; with `make` at her first sign-in."""
    return vault.open(**sign_in(vault, subject, of=of, at=at), make=make, also=also)


def first(vault: Vault, subject: str, *, of: Issuer = EID, at: datetime = AT) -> Opened:
    """The key that is made at a first sign-in; its id says whose it is."""
    return opened(vault, subject, of=of, at=at, make=subject.encode()[:16].ljust(16, b"."))
