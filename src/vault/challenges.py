"""Challenges: a secret of which the hash is the nonce of one sign-in.

The vault makes it before the teacher goes to her provider; the provider signs the hash of it into her ID token. So the
token opens her key only together with the secret, once, and within ten minutes. Making one writes nothing: it carries
its own time and a seal, and is kept only when it is spent.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from vault.errors import ChallengeRefused

VALID = timedelta(minutes=10)
CLOCK_SKEW = timedelta(seconds=5)
_RANDOM, _TIME, _SEAL = 32, 8, 32


def made(key: bytes, at: datetime) -> str:
    """A new challenge, sealed with this key."""
    body = secrets.token_bytes(_RANDOM) + int(at.timestamp()).to_bytes(_TIME, "big")
    return _text(body + hmac.digest(key, body, hashlib.sha256))


def nonce_of(challenge: str) -> str:
    """What the provider signs: the SHA-256 of the challenge, in base64url without padding."""
    return _text(hashlib.sha256(challenge.encode()).digest())


def check(challenge: str, key: bytes, at: datetime) -> None:
    """Raises ChallengeRefused when it is not sealed with this key or over ten minutes old."""
    try:
        raw = base64.b64decode(challenge.encode() + b"=" * (-len(challenge) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise ChallengeRefused("form") from error
    body, seal = raw[:-_SEAL], raw[-_SEAL:]
    if len(raw) != _RANDOM + _TIME + _SEAL or not hmac.compare_digest(seal, hmac.digest(key, body, hashlib.sha256)):
        raise ChallengeRefused("seal")
    if _text(raw) != challenge:
        raise ChallengeRefused("form")
    begun = datetime.fromtimestamp(int.from_bytes(body[_RANDOM:], "big"), UTC)
    if not -CLOCK_SKEW <= at - begun <= VALID:
        raise ChallengeRefused("expired")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
