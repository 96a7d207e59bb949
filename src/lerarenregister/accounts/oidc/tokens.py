"""What an ID token must say before it proves a fresh sign-in. Pure: keys, token and moment come in.

OpenID Connect Core 1.0, section 3.1.3.7, made stricter: exactly our audience, a fixed list of algorithms, and an
`auth_time` of at most a minute ago.
"""

import base64
import hashlib
import hmac
import json
import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lerarenregister.accounts.errors import SignInRefused
from lerarenregister.accounts.oidc.providers import Provider

FRESH_SECONDS = 60
AHEAD_SECONDS = 5
LEEWAY_SECONDS = 30
_LONGEST = 20_000
ODD = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What libraries raise over JSON of another form than they expect: deeply nested, or a list in the place of a text."""


@dataclass(frozen=True, slots=True)
class FreshSignIn:
    """Proof that this person signed in at this provider just now, for us. `provider` is the slug; times are UTC.

    `issuer` and `subject` together are the person; names and birth date are the provider's claims ("" and None when
    it gave none). `second_factor`: the provider says that she used one. `id_token` is the verified token itself, and
    `secret` that of which its nonce is the hash: both are for the keeper of the portfolio keys.
    """

    provider: str
    person_bound: bool
    issuer: str
    subject: str
    auth_time: datetime
    family_name: str
    given_name: str
    birth_date: date | None
    id_token: str = field(repr=False)
    second_factor: bool = False
    secret: str = field(default="", repr=False)


class UnknownKey(SignInRefused):
    """The token names a key that we have not seen yet; the provider may have changed its keys."""


def fresh_sign_in(
    id_token: str, *, keys: KeySet, provider: Provider, secret: str, access_token: str, at: datetime
) -> FreshSignIn:
    """What the token proves; raises SignInRefused with the name of the first check that failed."""
    claims = _signed_claims(id_token, keys=keys, algorithms=provider.algorithms)
    algorithm = _header(id_token)["alg"]
    now = at.timestamp()
    checks = {
        "iss": claims.get("iss") == provider.issuer,
        "aud": claims.get("aud") in (provider.client_id, [provider.client_id]),
        "azp": claims.get("azp", provider.client_id) == provider.client_id,
        "sub": _is_text(claims.get("sub")),
        "exp": _number(claims.get("exp"), missing=-math.inf) > now - LEEWAY_SECONDS,
        "iat": _number(claims.get("iat"), missing=math.inf) <= now + LEEWAY_SECONDS,
        "nbf": "nbf" not in claims or _number(claims["nbf"], missing=math.inf) <= now + LEEWAY_SECONDS,
        "nonce": _same(claims.get("nonce"), nonce_of(secret)),
        "auth_time": -AHEAD_SECONDS <= now - _number(claims.get("auth_time"), missing=-math.inf) <= FRESH_SECONDS,
        "at_hash": "at_hash" not in claims or _same(claims["at_hash"], half_hash(access_token, algorithm)),
        "acr": not provider.acr_values or claims.get("acr") in provider.acr_values,
    }
    if failed := next((name for name, passed in checks.items() if not passed), None):
        raise SignInRefused(failed)
    return FreshSignIn(
        provider=provider.slug,
        person_bound=provider.person_bound,
        issuer=provider.issuer,
        subject=claims["sub"],
        auth_time=datetime.fromtimestamp(claims["auth_time"], UTC),
        family_name=_name(claims.get("family_name")),
        given_name=_name(claims.get("given_name")),
        birth_date=_birth_date(claims.get("birthdate")),
        id_token=id_token,
        second_factor=claims.get("acr") in provider.second_factor,
        secret=secret,
    )


def nonce_of(secret: str) -> str:
    """What travels of a secret: its SHA-256, in base64url without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).rstrip(b"=").decode()


def half_hash(value: str, algorithm: str) -> str:
    """The left half of the hash of `value` that goes with a signature algorithm (section 3.1.3.6)."""
    digest = {"384": hashlib.sha384, "512": hashlib.sha512}.get(algorithm[-3:], hashlib.sha256)
    whole = (hashlib.sha512 if algorithm == "Ed25519" else digest)(value.encode()).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()


def _signed_claims(id_token: str, *, keys: KeySet, algorithms: tuple[str, ...]) -> dict[str, Any]:
    header = _header(id_token)
    if header.get("alg") not in algorithms:
        raise SignInRefused("alg")
    if "kid" in header and not isinstance(header["kid"], str):
        raise SignInRefused("form")
    if "kid" in header and header["kid"] not in {key.kid for key in keys.keys}:
        raise UnknownKey("kid")
    try:
        return jwt.decode(id_token, keys, algorithms=list(algorithms)).claims
    except (JoseError, *ODD) as error:
        raise SignInRefused("signature") from error


def _header(id_token: str) -> dict[str, Any]:
    if len(id_token) > _LONGEST or id_token.count(".") != 2 or not id_token.isascii():
        raise SignInRefused("form")
    first = id_token.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError) as error:
        raise SignInRefused("form") from error
    if not isinstance(header, dict):
        raise SignInRefused("form")
    return header


def _number(value: Any, *, missing: float) -> float:
    """A JSON number that is one (no bool, no NaN, no infinity); else `missing`, chosen so that the check fails."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return missing
    try:
        number = float(value)
    except OverflowError:
        return missing
    return number if math.isfinite(number) else missing


def _same(value: Any, wanted: str) -> bool:
    return isinstance(value, str) and value.isascii() and hmac.compare_digest(value.encode(), wanted.encode())


def _is_text(value: Any) -> bool:
    """No NUL, no other control and no half of a character: what JSON can say and a database can not hold."""
    return isinstance(value, str) and 0 < len(value) <= 255 and value.isprintable()


def _name(value: Any) -> str:
    """What can be read of it: a name keeps nobody out."""
    if not isinstance(value, str):
        return ""
    return "".join(each for each in value if each.isprintable()).strip()[:200]


def _birth_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None
