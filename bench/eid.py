"""A light OpenID provider for the crowds of the benchmarks: `granian ... bench.eid:application`, a process of its own.

Two issuers, `/eid` and `/school`. What the register relies on is real: discovery, keys, PKCE S256, client secret,
nonce, codes that work once, ID tokens signed with RS256. There is no page to choose from: the request for `authorize`
names the person itself (`persoon=board-place`, or a name of staff), as if she had chosen already. The demo's own
provider costs several times as much and would be the first to give way.
"""

import base64
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from bench.nation import Nation

CLIENT, SECRET = "lerarenregister", "secret of the benchmark"
SECOND_FACTOR = "https://refeds.org/profile/mfa"
_BASE = os.environ.get("BENCH_PROVIDER", "")
_NATION = Nation(*json.loads(os.environ.get("BENCH_NATION", "[]")))
_KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
_CODE_SECONDS = 60
Answer = tuple[int, dict[str, str], bytes]
_codes: dict[str, dict[str, str]] = {}
_lock = threading.Lock()


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The whole provider."""
    _, kind, path = (environ["PATH_INFO"] + "//").split("/", 2)
    length = int(environ.get("CONTENT_LENGTH") or 0)
    values = environ["wsgi.input"].read(length).decode() if length else environ.get("QUERY_STRING", "")
    asked = {name: found[0] for name, found in parse_qs(values).items()}
    status, headers, body = _answer(kind, path.rstrip("/"), asked, environ.get("HTTP_AUTHORIZATION", ""))
    start(f"{status} .", [*headers.items(), ("Content-Length", str(len(body)))])
    return [body]


def _answer(kind: str, path: str, asked: dict[str, str], authorization: str) -> Answer:
    if path == ".well-known/openid-configuration":
        return _json(_discovery(f"{_BASE}/{kind}"))
    if path == "jwks":
        return _json(dict(KeySet([_KEY]).as_dict(private=False)))
    if path == "authorize":
        return _authorized(kind, asked)
    return _json(*_token(kind, asked, authorization))


def _discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _authorized(kind: str, asked: dict[str, str]) -> Answer:
    code = secrets.token_urlsafe(24)
    kept = {**asked, "kind": kind, "at": str(int(time.time()))}
    oldest = time.time() - _CODE_SECONDS
    with _lock:
        for key in [key for key, each in list(_codes.items())[:20] if int(each["at"]) < oldest]:
            del _codes[key]  # in order of age: the first are the oldest
        _codes[code] = kept
    back = urlencode({"code": code, "state": asked["state"]})
    return 302, {"Location": f"{asked['redirect_uri']}?{back}"}, b""


def _token(kind: str, asked: dict[str, str], authorization: str) -> tuple[dict[str, Any], int]:
    with _lock:
        kept = _codes.pop(asked.get("code", ""), None)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest()).rstrip(b"=")
    client = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    if not kept or kept["kind"] != kind or kept["code_challenge"] != challenge.decode():
        return {"error": "invalid_grant"}, 400
    if authorization not in (f"Basic {client}", _basic_quoted()):
        return {"error": "invalid_client"}, 401
    now = int(time.time())
    claims = {"iss": f"{_BASE}/{kind}", "aud": CLIENT, "exp": now + 300, "iat": now, "auth_time": int(kept["at"])}
    claims |= {"nonce": kept["nonce"], "acr": SECOND_FACTOR, **claims_of(kept["persoon"])}
    token = jwt.encode({"alg": "RS256", "kid": _KEY.kid or ""}, claims, _KEY, algorithms=["RS256"])
    return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token}, 200


def _basic_quoted() -> str:
    """The secret as a client that follows RFC 6749, section 2.3.1 to the letter sends it."""
    return "Basic " + base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()


def claims_of(person: str) -> dict[str, str]:
    """What is said about a teacher (`board-place`); of staff the name alone."""
    board, dash, place = person.partition("-")
    if not (dash and board.isdecimal() and place.isdecimal()):
        return {"sub": person, "family_name": person}
    teacher = _NATION.teacher(int(board), int(place))
    name = {"family_name": teacher.last_name, "given_name": teacher.given_name}
    return {"sub": person, **name, "birthdate": f"{teacher.birth_date}"}


def _json(value: dict[str, Any], status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json", "Cache-Control": "no-store"}, json.dumps(value).encode()
