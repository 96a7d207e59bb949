"""A provider that does what a test says: it answers every exchange with the token that was prepared."""

import base64
import functools
import hmac
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "lerarenregister"


@dataclass(frozen=True)
class From:
    """So many seconds from now, when the token is made."""

    seconds: int


@functools.cache
def key_called(kid: str) -> RSAKey:
    """A key pair, made once for all tests."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": kid}, private=True)


class Hostile:
    """Metadata, keys and tokens as the test wants them. `changes` replaces claims; None takes a claim away."""

    def __init__(self) -> None:
        self.key = key_called("first")
        self.published = [self.key]
        self.metadata_changes: dict[str, Any] = {}
        self.token: Any = {}
        self.raw: dict[str, bytes] = {}
        self.fetches: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def entry(self) -> dict[str, Any]:
        return {
            "slug": "eid",
            "name": "Vals",
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": "s",
            "person_bound": True,
        }

    def claims(self, good_nonce: str, /, **changes: Any) -> dict[str, Any]:
        """The claims of a good token, with changes."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "sub": "somebody",
            "aud": CLIENT,
            "azp": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": good_nonce,
            "family_name": "Berg",
            "given_name": "Anna",
            "birthdate": "1984-03-12",
        }
        moved = {name: now + value.seconds if isinstance(value, From) else value for name, value in changes.items()}
        return {name: value for name, value in (good | moved).items() if value is not None}

    def answer_with(
        self, good_nonce: str, /, *, key: RSAKey | None = None, kid: str | None = "first", **changes: Any
    ) -> None:
        """Prepare a signed token."""
        header = {"alg": "RS256", **({"kid": kid} if kid else {})}
        self.token = {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": jwt.encode(header, self.claims(good_nonce, **changes), key or self.key, ["RS256"]),
        }

    def answer_unsigned(self, nonce: str) -> None:
        """Prepare a token with `alg: none`."""
        self.answer_with(nonce)
        parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, self.claims(nonce))]
        self.token["id_token"] = b".".join([*map(_base64, parts), b""]).decode()

    def answer_with_public_key_as_secret(self, nonce: str) -> None:
        """Prepare a token signed with HS256, the published public key as the secret."""
        self.answer_with(nonce)
        header = {"alg": "HS256", "kid": "first", "typ": "JWT"}
        parts = [json.dumps(part).encode() for part in (header, self.claims(nonce))]
        signed = b".".join(map(_base64, parts))
        secret = self.key.as_pem(private=False)
        self.token["id_token"] = b".".join([signed, _base64(hmac.digest(secret, signed, "sha256"))]).decode()

    def answer_with_signed(self, header: bytes, payload: bytes) -> None:
        """Prepare a token whose header and claims are these bytes, signed by the published key."""
        signed = b".".join(map(_base64, (header, payload)))
        signature = self.key.private_key.sign(signed, PKCS1v15(), SHA256())
        self.token = {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": b".".join([signed, _base64(signature)]).decode(),
        }

    def _document(self, path: str) -> dict[str, Any] | None:
        self.fetches.append(path)
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/jwks",
                    "code_challenge_methods_supported": ["S256"],
                    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                } | self.metadata_changes
            case "/jwks":
                return {"keys": [key.as_dict(private=False) for key in self.published]}
            case "/token":
                return self.token
            case _:
                return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._answer()

            def _answer(self) -> None:
                document = provider._document(self.path)
                body = provider.raw.get(self.path) or json.dumps(document if document is not None else {}).encode()
                self.send_response(404 if document is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


def _base64(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")
