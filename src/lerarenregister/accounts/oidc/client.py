"""The client: authorization code flow with PKCE S256, state and nonce (Authlib), then the checks of `tokens`.

Every sign-in asks for a new proof (`prompt=login`, `max_age=0`). What the provider publishes about itself is kept for
an hour; its keys are fetched once more when a token names a key that is not among them.
"""

import hmac
import logging
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from lerarenregister.accounts.errors import SignInRefused
from lerarenregister.accounts.oidc.providers import Provider, private_transport
from lerarenregister.accounts.oidc.tokens import ODD, FreshSignIn, UnknownKey, fresh_sign_in, nonce_of

log = logging.getLogger(__name__)

PENDING_FOR = timedelta(minutes=10)
KEPT_FOR = timedelta(hours=1)
_TIMEOUT = (3.05, 5)
_PUBLIC_KEYS = ("RSA", "EC", "OKP")


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun in one browser. It stays on our side; only `state` travels, and as nonce the hash of
    `secret`. `second_factor`: it only counts when the provider says that she used one."""

    provider: str
    state: str
    secret: str = field(repr=False)
    verifier: str = field(repr=False)
    begun_at: datetime
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and what to remember until it comes back."""

    url: str
    pending: Pending


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we use of a provider's published description (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Kept:
    """What providers publish, kept for an hour per address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def get(self, url: str, *, at: datetime, anew: bool = False) -> dict[str, Any]:
        """The JSON object at `url`; raises SignInRefused when it cannot be had."""
        with self._lock:
            fetched_at, document = self._documents.get(url, (at - 2 * KEPT_FOR, {}))
        if not anew and timedelta() <= at - fetched_at < KEPT_FOR:
            return document
        document = _fetched(url)
        with self._lock:
            self._documents[url] = (at, document)
        return document


_kept = _Kept()


def begin(
    *, provider: Provider, redirect_uri: str, at: datetime, second_factor: bool = False, secret: str = ""
) -> Begun:
    """Begin a sign-in; raises SignInRefused when the provider cannot be reached or cannot do what we need.

    The provider signs the hash of `secret` into the token: whoever made the secret can tell that the token is for him.
    """
    if second_factor and not provider.second_factor:
        raise SignInRefused("second_factor")
    metadata = _metadata(provider, at=at)
    pending = Pending(
        provider=provider.slug,
        state=secrets.token_urlsafe(32),
        secret=secret or secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        begun_at=at,
        second_factor=second_factor,
    )
    asked: dict[str, Any] = {"nonce": nonce_of(pending.secret), "prompt": "login", "max_age": 0}
    levels = provider.second_factor if second_factor else provider.acr_values
    if levels:
        asked["acr_values"] = " ".join(levels)
    with _session(provider, redirect_uri) as session:
        url, _ = session.create_authorization_url(
            metadata.authorization_endpoint, state=pending.state, code_verifier=pending.verifier, **asked
        )
    return Begun(url, pending)


def complete(
    *, provider: Provider, pending: Pending, answer: Mapping[str, str], redirect_uri: str, at: datetime
) -> FreshSignIn:
    """Exchange the code in the provider's answer and check what it proves.

    The caller has taken `pending` away before the call: an answer counts once. Raises SignInRefused, with the check.
    """
    _check_answer(provider, pending, answer, at=at)
    metadata = _metadata(provider, at=at)
    token = _exchanged(provider, metadata, code=answer["code"], verifier=pending.verifier, redirect_uri=redirect_uri)
    id_token, access_token = token.get("id_token"), token.get("access_token", "")
    if not isinstance(id_token, str) or not isinstance(access_token, str) or not access_token.isascii():
        raise SignInRefused("id_token")
    for anew in (False, True):
        try:
            proof = fresh_sign_in(
                id_token,
                keys=_keys(metadata, at=at, anew=anew),
                provider=provider,
                secret=pending.secret,
                access_token=access_token,
                at=at,
            )
        except UnknownKey:
            if anew:
                raise
        else:
            if pending.second_factor and not proof.second_factor:
                raise SignInRefused("second_factor")
            return proof
    raise SignInRefused("kid")


def _check_answer(provider: Provider, pending: Pending, answer: Mapping[str, str], *, at: datetime) -> None:
    """State, age, and who answers (RFC 9207), before anything goes over the line."""
    if pending.provider != provider.slug or not hmac.compare_digest(
        pending.state.encode(), answer.get("state", "").encode()
    ):
        raise SignInRefused("state")
    if not timedelta() <= at - pending.begun_at <= PENDING_FOR:
        raise SignInRefused("expired")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise SignInRefused("iss")
    if "error" in answer:
        raise SignInRefused("denied" if answer["error"] == "access_denied" else "provider")
    if not answer.get("code"):
        raise SignInRefused("code")


def _exchanged(
    provider: Provider, metadata: Metadata, *, code: str, verifier: str, redirect_uri: str
) -> Mapping[str, Any]:
    try:
        with _session(provider, redirect_uri) as session:
            token: Mapping[str, Any] = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
    except (OAuthError, requests.RequestException, *ODD) as error:
        said = {"provider": provider.slug, "kind": type(error).__name__}
        log.warning("the token endpoint refused", extra=said)
        raise SignInRefused("exchange") from error
    if not isinstance(token, Mapping):
        raise SignInRefused("exchange")
    return token


def _metadata(provider: Provider, *, at: datetime) -> Metadata:
    said = _kept.get(provider.issuer.rstrip("/") + "/.well-known/openid-configuration", at=at)
    if said.get("issuer") != provider.issuer:
        raise SignInRefused("issuer")
    methods = said.get("code_challenge_methods_supported")
    if provider.person_bound and not (isinstance(methods, list) and "S256" in methods):
        raise SignInRefused("pkce")
    return Metadata(
        authorization_endpoint=_endpoint(said, "authorization_endpoint"),
        token_endpoint=_endpoint(said, "token_endpoint"),
        jwks_uri=_endpoint(said, "jwks_uri"),
    )


def _endpoint(said: Mapping[str, Any], name: str) -> str:
    url = said.get(name)
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or not private_transport(url):
        raise SignInRefused("endpoints")
    return url


def _keys(metadata: Metadata, *, at: datetime, anew: bool) -> KeySet:
    """The provider's public signing keys; secret ones (`oct`) and ones for encryption do not count, nor what is none
    that we can read (RFC 7517, section 5)."""
    said = _kept.get(metadata.jwks_uri, at=at, anew=anew)
    listed = said.get("keys")
    usable = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and each.get("kty") in _PUBLIC_KEYS and each.get("use", "sig") == "sig"
    ]
    return KeySet([key for each in usable for key in _read(each)])


def _read(said: dict[str, Any]) -> list[Key]:
    """The key that this says; none when it is of a form that we do not know."""
    if not isinstance(said.get("kid", ""), str):
        return []
    try:
        return list(KeySet.import_key_set({"keys": [said]}).keys)
    except (JoseError, *ODD):
        return []


def _fetched(url: str) -> dict[str, Any]:
    try:
        response = requests.get(url, timeout=_TIMEOUT, allow_redirects=False)
        response.raise_for_status()
        document = response.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        log.warning("an address of a provider can not be read", extra={"place": url, "kind": type(error).__name__})
        raise SignInRefused("unreachable") from error
    if not isinstance(document, dict):
        raise SignInRefused("unreachable")
    return document


def _session(provider: Provider, redirect_uri: str) -> OAuth2Session:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid profile",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",  # noqa: S106  (a method, not a secret)
    )
