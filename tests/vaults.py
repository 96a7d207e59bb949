"""A vault for the tests: the real one, in this process, behind the real client; only the wire between is left out.

It believes the providers of the tests: those that are person-bound here, and `ISSUER`, whose tokens are signed by
`id_token`. It comes to be when it is first asked, and every test that asks has one of its own. Where the portfolio is
taken away there is no vault either, and nobody asks.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from demo.ports import is_free
from joserfc import jwt
from joserfc.jwk import RSAKey
from requests.adapters import BaseAdapter

from lerarenregister.kernel import clock

INSTALLED = find_spec("vault") is not None
if INSTALLED:
    from vault import challenges, tokens
    from vault.app import Application
    from vault.client import Client, VaultAway
    from vault.roots import Roots, make_file
    from vault.service import Vault
    from vault.settings import Site
    from vault.tokens import Issuer, Issuers

    WIRE = Client.__dict__["_session"]

Here = Callable[[], "Vault"]
"""Gives the vault of a test, which is made when it is first asked."""
ISSUER, CLIENT = "https://eid.example.org", "lerarenregister"
ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "vault")
ORIGIN = "http://localhost:8000"
TOKEN = "a token for the vault of the tests alone"


@cache
def signing_key() -> RSAKey:
    """The key of the tests' own provider."""
    return RSAKey.generate_key(2048, {"kid": "of the tests"}, private=True)


def id_token(subject: str, secret: str, *, at: datetime, key: RSAKey | None = None, **claims: Any) -> str:
    """What the tests' provider says of a sign-in two seconds ago, whose nonce is the hash of `secret`; nothing where no
    vault is to read it."""
    if not INSTALLED:
        return ""
    moment = int((at - timedelta(seconds=2)).timestamp())
    said = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": subject,
        "iat": moment,
        "exp": moment + 60,
        "auth_time": moment,
        "nonce": challenges.nonce_of(secret),
        **claims,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "of the tests"}, said, key or signing_key())


def proved(subject: str, *, at: datetime) -> dict[str, str]:
    """What a sign-in of this person gives the vault: the secret that it made for it, and her token."""
    from django.conf import settings

    if not INSTALLED:
        return {"id_token": ""}
    try:
        secret = Client(settings.VAULT_URL, settings.VAULT_TOKEN).challenge()
    except VaultAway:
        secret = "of the sign-in itself, as when the vault gives none"
    return {"secret": secret, "id_token": id_token(subject, secret, at=at)}


def published(url: str) -> dict[str, Any]:
    """What a provider publishes: the tests' own at hand, another one fetched."""
    if not url.startswith(ISSUER):
        return tokens.fetched(url)
    if url.endswith("/openid-configuration"):
        return {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"}
    return {"keys": [signing_key().as_dict(private=False)]}


def made(folder: Path, *issuers: Issuer) -> Vault:
    """A vault in a folder: the one that is there, or a new one."""
    make_file(folder / "roots")
    Vault.make(folder / "vault.sqlite3", Roots(folder / "roots"))
    known = issuers or (Issuer("eID van de toetsen", ISSUER, CLIENT),)
    return Vault(folder / "vault.sqlite3", Roots(folder / "roots"), Issuers(known, published))


def settings_in(folder: Path, *issuers: dict[str, Any], token: str = TOKEN) -> dict[str, str]:
    """The environment of a vault process of its own in a folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    believed = issuers or ({"name": "eID van de toetsen", "issuer": ISSUER, "client_id": CLIENT},)
    (folder / "issuers.json").write_text(json.dumps(believed))
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "VAULT_STORE": str(folder / "vault.sqlite3"),
        "VAULT_ROOTS": str(folder / "roots"),
        "VAULT_ISSUERS": str(folder / "issuers.json"),
        "VAULT_ORIGINS": ORIGIN,
        "VAULT_TOKEN": token,
    }


def settled(folder: Path, *issuers: dict[str, Any], token: str = TOKEN) -> dict[str, str]:
    """The same, and the vault is made when it is not there."""
    environment = settings_in(folder, *issuers, token=token)
    subprocess.run([*COMMAND, "init"], env=environment, check=True, capture_output=True, timeout=60)
    return environment


@contextmanager
def served(environment: dict[str, str], *, certificate: Path | None = None, key: Path | None = None) -> Iterator[str]:
    """A vault process that answers; its address. With a certificate, over TLS."""
    port = next(each for each in range(32_000 + os.getpid() % 499 * 9, 39_000) if is_free(each))
    command = [*COMMAND, "serve", "--port", str(port), "--threads", "2"]
    if certificate and key:
        command += ["--certificate", str(certificate), "--key", str(key)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url, deadline = f"{'https' if certificate else 'http'}://127.0.0.1:{port}", time.monotonic() + 60
    try:
        while not Client(url, "", str(certificate or "")).well():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the vault does not answer")
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)


class InProcess(BaseAdapter):
    """Carries a request of the client to an application in this process."""

    def __init__(self, application: Callable[[], Application]) -> None:
        super().__init__()
        self.application = application

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        parts = urlsplit(request.url or "")
        environ = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": parts.path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()},
        }
        answer, said = requests.Response(), []
        content = b"".join(self.application()(environ, lambda status, headers: said.append(status)))
        answer.status_code, answer.raw, answer.url = int(said[0].split()[0]), io.BytesIO(content), request.url or ""
        return answer

    def close(self) -> None:
        """Nothing stays open."""


@contextmanager
def in_process(folder: Path | None = None) -> Iterator[Here]:
    """While this lasts, every client asks a vault in this process, in this folder. Gives what gives the vault."""
    folder = folder or Path(tempfile.mkdtemp(prefix="vault-", dir=os.environ["VAR"]))
    kept: list[Vault] = []

    def vault() -> Vault:
        if not kept:
            kept.append(made(folder, *_believed()))
        return kept[0]

    def application() -> Application:
        from django.conf import settings

        return Application(vault(), settings.VAULT_TOKEN, Site.read(ORIGIN), now=clock.now)

    try:
        with _carried_by(InProcess(application)):
            yield vault
    finally:
        for each in kept:
            let_go(each)


def let_go(vault: Vault) -> None:
    """Close its files, as the end of a process does."""
    vault.store._forget_writer()
    reader = vault.store._own.__dict__.pop("reader", None)
    if reader is not None:
        reader.close()


class Away(BaseAdapter):
    """No request arrives: nobody listens there."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        raise requests.ConnectionError("nobody listens")

    def close(self) -> None:
        """Nothing stays open."""


@contextmanager
def on_the_wire() -> Iterator[None]:
    """While this lasts, clients really connect, whatever an outer fixture did."""
    with pytest.MonkeyPatch.context() as patch:
        if INSTALLED:
            patch.setattr(Client, "_session", WIRE)
        yield


@contextmanager
def away() -> Iterator[None]:
    """While this lasts, no client reaches a vault."""
    with _carried_by(Away()):
        yield


@contextmanager
def _carried_by(adapter: BaseAdapter) -> Iterator[None]:
    session = requests.Session()
    session.mount("http://", adapter)
    with pytest.MonkeyPatch.context() as patch:
        if INSTALLED:
            patch.setattr(Client, "_session", staticmethod(lambda: session))
        yield


def _believed() -> tuple[Issuer, ...]:
    """The tests' own provider, and the person-bound ones of the settings as they are at this moment."""
    from lerarenregister.web.accounts.providers import providers

    own = [
        Issuer(each.name, each.issuer, each.client_id, each.algorithms, each.acr_values)
        for each in providers().values()
        if each.person_bound and each.issuer != ISSUER
    ]
    return (Issuer("eID van de toetsen", ISSUER, CLIENT), *own)
