"""The protocol: authorization code flow with mandatory PKCE S256 and nonce (Authlib's server parts).

Nobody stays signed in here: every request asks who you are, so `prompt=login` and `max_age=0` always hold.
"""

import hmac
import threading
import time
from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, InvalidRequestError, OAuth2Request, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode as BaseOpenIDCode
from authlib.oidc.core import UserInfo
from flask import Flask
from joserfc.jwk import RSAKey

from demo.provider.config import ACR, SECOND_FACTOR, Config, RegisteredClient
from demo.provider.people import People, Person

SCOPES = ["openid", "profile"]
CODE_SECONDS = 60
AMR = {"eid": ["mfa"], "school": ["pwd"]}


class Client(ClientMixin):  # type: ignore[misc]
    """A registered client, as the library asks about it: confidential, exact redirect addresses, code flow only."""

    def __init__(self, registered: RegisteredClient) -> None:
        self.registered = registered

    def get_client_id(self) -> str:
        """Its identifier."""
        return self.registered.client_id

    def get_default_redirect_uri(self) -> None:
        """There is none: the address must be in the request."""

    def get_allowed_scope(self, scope: str) -> str:
        """The scopes asked for that exist."""
        return " ".join(each for each in (scope or "").split() if each in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exactly one of the registered addresses."""
        return redirect_uri in self.registered.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """In constant time."""
        return hmac.compare_digest(self.registered.client_secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """HTTP Basic, as discovery says."""
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        """The code flow."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """The code flow."""
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code with what it was given for."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    person: Person
    nonce: str
    code_challenge: str
    code_challenge_method: str
    auth_time: int
    acr: str
    amr: list[str]

    def get_redirect_uri(self) -> str:
        """Where it was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What was asked."""
        return self.scope

    def get_nonce(self) -> str:
        """The client's nonce."""
        return self.nonce

    def get_auth_time(self) -> int:
        """When the person pressed the button, in seconds since 1970."""
        return self.auth_time

    def get_acr(self) -> str:
        """How sure the provider is."""
        return self.acr

    def get_amr(self) -> list[str]:
        """By what means."""
        return self.amr


class Codes:
    """The codes that wait to be exchanged: each once, within a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, Code] = {}

    def add(self, code: Code) -> None:
        """Keep a code; forget the old ones."""
        with self._lock:
            oldest = int(time.time()) - CODE_SECONDS
            self._codes = {key: kept for key, kept in self._codes.items() if kept.auth_time >= oldest}
            self._codes[code.code] = code

    def take(self, code: str, client_id: str) -> Code | None:
        """The code, which from now on is used up, whatever comes of this exchange."""
        with self._lock:
            found = self._codes.pop(code, None)
        fresh = found is not None and found.auth_time >= int(time.time()) - CODE_SECONDS
        return found if found and fresh and found.client_id == client_id else None


class MandatoryS256(CodeChallenge):  # type: ignore[misc]
    """PKCE (RFC 7636) that must be there, with SHA-256."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012  (the library's own form)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a request without an S256 challenge."""
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is required", redirect_uri=redirect_uri)
        super().validate_code_challenge(grant, redirect_uri)


def make_server(app: Flask, config: Config, people: People, key: RSAKey) -> AuthorizationServer:
    """The authorization server of this provider."""
    codes = Codes()
    clients = {each.client_id: Client(each) for each in config.clients}

    class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012  (the library's own form)

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            codes.add(_code(code, request, config.kind))

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return codes.take(code, client.get_client_id())

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """It was used up when it was asked for."""

        def authenticate_user(self, authorization_code: Code) -> Person:
            return authorization_code.person

    class IdToken(BaseOpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return False

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return key

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": key.kid or ""}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            who = client.get_client_id()
            return {"iss": config.issuer, "aud": who, "azp": who, "exp": int(time.time()) + 300}

        def generate_user_info(self, user: Person, scope: str) -> UserInfo:
            return UserInfo(**claims_of(user, config.kind))

    server = AuthorizationServer(app, query_client=clients.get, save_token=lambda token, request: None)
    server.register_grant(CodeGrant, [IdToken(require_nonce=True), MandatoryS256(required=True)])
    return server


def claims_of(person: Person, kind: str) -> dict[str, str]:
    """What the provider says about her; a school also says which school it is."""
    claims = {
        "sub": person.subject_at(kind) or "",
        "family_name": person.last_name,
        "given_name": person.given_name or person.initials,
        "birthdate": person.birth_date,
    }
    return {**claims, "school_name": person.school} if kind == "school" and person.school else claims


def discovery(config: Config) -> dict[str, Any]:
    """The metadata document (OpenID Connect Discovery 1.0, section 3; RFC 8414)."""
    return {
        "issuer": config.issuer,
        "authorization_endpoint": f"{config.issuer}/authorize",
        "token_endpoint": f"{config.issuer}/token",
        "jwks_uri": f"{config.issuer}/jwks",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": SCOPES,
        "acr_values_supported": [ACR[config.kind], SECOND_FACTOR],
        "claims_supported": ["sub", "auth_time", "acr", "amr", "azp", "family_name", "given_name", "birthdate"],
        "prompt_values_supported": ["login"],
        "ui_locales_supported": ["nl"],
    }


def _code(code: str, request: OAuth2Request, kind: str) -> Code:
    asked = request.payload.data
    strong = SECOND_FACTOR in asked.get("acr_values", "").split()
    return Code(
        code=code,
        client_id=request.client.get_client_id(),
        redirect_uri=request.payload.redirect_uri,
        scope=request.scope or "",
        person=request.user,
        nonce=asked["nonce"],
        code_challenge=asked["code_challenge"],
        code_challenge_method=asked["code_challenge_method"],
        auth_time=int(time.time()),
        acr=SECOND_FACTOR if strong else ACR[kind],
        amr=[*AMR[kind], "mfa"] if strong else AMR[kind],
    )
