"""What an ID token must say to prove that this very person signed in just now. The vault believes nobody but the
provider: it has its own list of providers and fetches their signing keys itself.

OpenID Connect Core 1.0, section 3.1.3.7, made stricter: exactly one audience, a fixed list of algorithms, a nonce that
is the hash of a challenge of ours, and an `auth_time` of at most a minute ago.
"""

import hmac
import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from vault.errors import IssuerAway, TokenRefused

FRESH_SECONDS, AHEAD_SECONDS, LEEWAY_SECONDS = 60, 5, 30
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""What a provider may be configured with: public-key signatures only."""

_KEPT, _RETRIED = timedelta(hours=1), timedelta(seconds=30)
_WAITED_SECONDS = 3.0
"""How long a sign-in waits for the keys of its provider: shorter than the register waits for the vault."""

_LONGEST = 20_000
_TIMEOUT = (2, 5)
_KNOWN = {"name", "issuer", "client_id", "algorithms", "acr_values"}


@dataclass(frozen=True, slots=True)
class Issuer:
    """A provider whose identities are a person's own, never an employer's: what it signs opens keys.

    `name` is how she knows it. With `acr_values` the token must name one of these levels of assurance.
    """

    name: str
    issuer: str
    client_id: str
    algorithms: tuple[str, ...] = ("RS256",)
    acr_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in: (issuer, subject) is one person there; `via` is the name of the provider."""

    issuer: str
    subject: str
    via: str


def read_issuers(path: Path) -> tuple[Issuer, ...]:
    """The providers in a JSON file: a list of objects with `name`, `issuer`, `client_id`, and optionally `algorithms`
    and `acr_values`. Raises ValueError with what is wrong."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"the file of providers can not be read: {type(error).__name__}") from error
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError("the file of providers holds a list of objects")
    found = tuple(_issuer(each) for each in listed)
    if len({each.issuer for each in found}) != len(found):
        raise ValueError("two providers have the same issuer")
    return found


def _issuer(given: Mapping[str, Any]) -> Issuer:
    if unknown := sorted(set(given) - _KNOWN):
        raise ValueError(f"a provider has an unknown field {unknown[0]}")
    for name in ("name", "issuer", "client_id"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise ValueError(f"a provider has no {name}")
    if not _private(given["issuer"]):
        raise ValueError(f"issuer {given['issuer']} must begin with https:// (http:// only on this machine)")
    algorithms = tuple(given.get("algorithms", ("RS256",)))
    if not algorithms or not set(algorithms) <= set(ALGORITHMS):
        raise ValueError(f"algorithms must be among {', '.join(ALGORITHMS)}")
    return Issuer(given["name"], given["issuer"], given["client_id"], algorithms, tuple(given.get("acr_values", ())))


def fetched(url: str) -> dict[str, Any]:
    """A JSON object at this address, following no redirect. Raises IssuerAway."""
    try:
        response = requests.get(url, timeout=_TIMEOUT, allow_redirects=False)
        response.raise_for_status()
        said = response.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise IssuerAway(type(error).__name__) from error
    if not isinstance(said, dict):
        raise IssuerAway("no object")
    return said


class _Keys:
    """The signing keys of one provider as last fetched, by a thread of its own, one at a time. Who needs others waits
    for it a few seconds at most: a provider that hangs keeps nobody of another one, and nobody whose key is known."""

    def __init__(self, fetch: Callable[[], KeySet]) -> None:
        self._fetch = fetch
        self._kept: tuple[datetime, KeySet] | None = None
        self._tried: datetime | None = None
        self._trouble = "no keys"
        self._fetching: threading.Thread | None = None
        self._waited_until = 0.0
        self._lock = threading.Lock()

    def current(self, kid: object, *, at: datetime) -> KeySet:
        """The keys: fetched once an hour, and sooner for a key that is not known yet, at most twice a minute. While the
        provider is away the last ones count on; raises IssuerAway when there are none."""
        if not self._suffice(kid, at):
            with self._lock:
                if not self._suffice(kid, at) and self._may_try(at):
                    self._tried, self._waited_until = at, time.monotonic() + _WAITED_SECONDS
                    self._fetching = threading.Thread(target=self._renew, args=(at,), daemon=True)
                    self._fetching.start()
                fetching, left = self._fetching, self._waited_until - time.monotonic()
            if fetching is not None and left > 0:
                fetching.join(left)
        kept = self._kept
        if kept is None:
            raise IssuerAway(self._trouble)
        return kept[1]

    def _suffice(self, kid: object, at: datetime) -> bool:
        kept = self._kept
        if kept is None or not timedelta() <= at - kept[0] < _KEPT:
            return False
        return kid is None or any(key.kid == kid for key in kept[1].keys)

    def _may_try(self, at: datetime) -> bool:
        if self._fetching is not None and self._fetching.is_alive():
            return False
        return self._tried is None or abs(at - self._tried) >= _RETRIED

    def _renew(self, at: datetime) -> None:
        try:
            self._kept = (at, self._fetch())
        except IssuerAway as error:
            self._trouble = str(error)
        except Exception as error:  # a thread has nobody to tell; who waits hears that there are no keys
            self._trouble = type(error).__name__


class Issuers:
    """The providers, and their signing keys as last fetched. `fetch` reads a JSON object at an address."""

    def __init__(self, issuers: tuple[Issuer, ...], fetch: Callable[[str], dict[str, Any]] = fetched) -> None:
        self._issuers = {each.issuer: each for each in issuers}
        self._fetch = fetch
        self._keys = {each.issuer: _Keys(partial(self._published, each)) for each in issuers}

    def name_of(self, issuer: str) -> str:
        """The name of a provider; the address itself when it is not among them."""
        found = self._issuers.get(issuer)
        return found.name if found else issuer

    def person(self, id_token: str, *, nonce: str, at: datetime) -> Person:
        """Who signed in, for this nonce. Raises TokenRefused with the first check that failed, or IssuerAway."""
        header, claims = _read(id_token)
        issuer = self._issuers.get(claims["iss"]) if isinstance(claims.get("iss"), str) else None
        if issuer is None:
            raise TokenRefused("iss")
        if header.get("alg") not in issuer.algorithms:
            raise TokenRefused("alg")
        self._check_signature(id_token, header, issuer, at=at)
        now = at.timestamp()
        checks = {
            "aud": claims.get("aud") in (issuer.client_id, [issuer.client_id]),
            "azp": claims.get("azp", issuer.client_id) == issuer.client_id,
            "sub": _is_text(claims.get("sub")),
            "exp": _number(claims.get("exp"), -math.inf) > now - LEEWAY_SECONDS,
            "iat": _number(claims.get("iat"), math.inf) <= now + LEEWAY_SECONDS,
            "nbf": "nbf" not in claims or _number(claims["nbf"], math.inf) <= now + LEEWAY_SECONDS,
            "nonce": isinstance(claims.get("nonce"), str)
            and claims["nonce"].isascii()
            and hmac.compare_digest(claims["nonce"].encode(), nonce.encode()),
            "auth_time": -AHEAD_SECONDS <= now - _number(claims.get("auth_time"), -math.inf) <= FRESH_SECONDS,
            "acr": not issuer.acr_values or claims.get("acr") in issuer.acr_values,
        }
        if failed := next((name for name, passed in checks.items() if not passed), None):
            raise TokenRefused(failed)
        return Person(issuer.issuer, claims["sub"], issuer.name)

    def _check_signature(self, id_token: str, header: dict[str, Any], issuer: Issuer, *, at: datetime) -> None:
        keys = self._keys[issuer.issuer].current(header.get("kid"), at=at)
        try:
            jws.deserialize_compact(id_token, keys, algorithms=list(issuer.algorithms))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise TokenRefused("signature") from error

    def _published(self, issuer: Issuer) -> KeySet:
        return _public(self._fetch(self._address(issuer)))

    def _address(self, issuer: Issuer) -> str:
        said = self._fetch(issuer.issuer.rstrip("/") + "/.well-known/openid-configuration")
        address = said.get("jwks_uri")
        if said.get("issuer") != issuer.issuer or not isinstance(address, str) or not _private(address):
            raise IssuerAway("its configuration is of another provider")
        return address


def _public(said: Mapping[str, Any]) -> KeySet:
    """The public signing keys: secret ones (`oct`) and ones for encryption do not count, nor what is none that can be
    read (RFC 7517, section 5). Raises IssuerAway when there are some and none of them can."""
    listed = said.get("keys")
    usable = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and each.get("kty") in ("RSA", "EC", "OKP") and each.get("use", "sig") == "sig"
    ]
    keys = [key for each in usable for key in _key(each)]
    if usable and not keys:
        raise IssuerAway("its keys can not be read")
    return KeySet(keys)


def _key(said: dict[str, Any]) -> list[Key]:
    """The key that this says; none when it is of a form that is not known here."""
    if not isinstance(said.get("kid", ""), str):
        return []
    try:
        return list(KeySet.import_key_set({"keys": [said]}).keys)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _read(id_token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims as they stand, not yet believed."""
    if len(id_token) > _LONGEST or id_token.count(".") != 2 or not id_token.isascii():
        raise TokenRefused("form")
    try:
        compact = jws.extract_compact(id_token.encode())
        claims = json.loads(compact.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise TokenRefused("form") from error
    if not isinstance(claims, dict):
        raise TokenRefused("form")
    return dict(compact.headers()), claims


def _is_text(value: object) -> bool:
    """No NUL, no other control and no half of a character, as the register wants it too."""
    return isinstance(value, str) and 0 < len(value) <= 255 and value.isprintable()


def _number(value: object, missing: float) -> float:
    """A JSON number that is one (no bool, no NaN, no infinity); else `missing`, chosen so that the check fails."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return missing
    try:
        return float(value) if math.isfinite(value) else missing
    except OverflowError:
        return missing


def _private(url: str) -> bool:
    """Whether nobody on the way can read or change what comes from there: https, or http on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.query:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _own(parts.hostname))


def _own(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
