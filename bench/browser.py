"""A browser of one person against the WSGI application in this process, signed in through the real demo provider."""

import io
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

import requests

from bench.places import ROOT
from bench.processes import free_ports
from demo import vault

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(slots=True)
class Answer:
    """What came back; `seconds` is from calling the application to the last byte of the body and its close."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass(slots=True)
class Browser:
    """Keeps cookies and sends forms with the CSRF token, as a browser does."""

    application: Application
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Answer:
        """A page."""
        return self._ask("GET", address, b"", headers)

    def post(self, address: str, values: dict[str, str]) -> Answer:
        """A form, with the CSRF token of the cookie and a key of its own."""
        body = urlencode(
            {"csrfmiddlewaretoken": self.cookies.get("csrf", ""), "eenmalig": secrets.token_urlsafe(16), **values}
        ).encode()
        return self._ask("POST", address, body, {})

    def send(self, address: str, body: BinaryIO, length: int, kind: str) -> Answer:
        """A form with a body that is made while it is read."""
        return self._ask("POST", address, body, {}, length=length, kind=kind)

    def fetch(self, address: str, take: Callable[[bytes], object]) -> Answer:
        """A page of which each piece is taken as it comes, and none is kept."""
        return self._ask("GET", address, b"", {}, take=take)

    def _ask(
        self,
        method: str,
        address: str,
        body: bytes | BinaryIO,
        headers: dict[str, str],
        *,
        length: int = 0,
        kind: str = "application/x-www-form-urlencoded",
        take: Callable[[bytes], object] | None = None,
    ) -> Answer:
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": kind if body else "",
            "CONTENT_LENGTH": str(len(body) if isinstance(body, bytes) else length),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost:8000",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_USER_AGENT": "bench",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body) if isinstance(body, bytes) else body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        said: list[tuple[str, list[tuple[str, str]]]] = []
        begun = time.perf_counter()
        chunks = self.application(environ, lambda status, heads, _=None: said.append((status, heads)))
        content = b"".join(chunks) if take is None else _taken(chunks, take)
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        seconds = time.perf_counter() - begun
        status, heads = said[0]
        for name, value in heads:
            if name.lower() == "set-cookie":
                self._keep(value)
        return Answer(int(status.split()[0]), {name.lower(): value for name, value in heads}, content, seconds)

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == 0 or morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.coded_value


def _taken(chunks: Iterable[bytes], take: Callable[[bytes], object]) -> bytes:
    for each in chunks:
        take(each)
    return b""


@contextmanager
def provider(var: Path) -> Iterator[str]:
    """The demo's eID as a process, known to the register in this VAR; yields its issuer. Before Django is set up."""
    port, own_port = free_ports(2)
    issuer, secret = f"http://localhost:{port}", "secret of the benchmark"
    back = "http://localhost:8000/inloggen/eid/terug/"
    client = {"client_id": "lerarenregister", "client_secret": secret, "redirect_uris": [back]}
    people = str(ROOT / "demo" / "sample" / "people.json")
    own = {"issuer": issuer, "port": port, "kind": "eid", "name": "eID", "clients": [client], "people": people}
    (var / "eid.json").write_text(json.dumps({**own, "mailbox": str(var), "key": "eid-key.json"}))
    ours = {"slug": "eid", "name": "eID", "issuer": issuer, "client_id": "lerarenregister", "client_secret": secret}
    (var / "providers.json").write_text(json.dumps([{**ours, "person_bound": True}]))
    command = [sys.executable, "-m", "demo.provider", "--config", str(var / "eid.json")]
    keys, token = var / "vault", os.environ["VAULT_TOKEN"]
    vault.prepare(keys, token, [("eID", issuer)])
    os.environ["VAULT_URL"] = f"http://localhost:{own_port}"
    serving = [str(part) for part in vault.command(own_port)]
    told = vault.environment(keys, token)
    processes = [
        subprocess.Popen(each, cwd=ROOT, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for each, known in ((command, dict(os.environ)), (serving, told))
    ]
    try:
        _wait_for(port)
        _wait_for(own_port)
        yield issuer
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the demo provider does not answer")


def sign_in(browser: Browser) -> None:
    """The whole way, as the first person of the provider's list. Raises RuntimeError when the register refuses."""
    browser.get("/inloggen/")
    away = browser.post("/inloggen/eid/", {"verder": "/"}).headers["location"]
    page = requests.get(away, timeout=10).text
    person = re.search(r'<button name="persoon" value="([^"]+)"', page)
    if person is None:
        raise RuntimeError("the provider shows nobody")
    answer = requests.post(away, data={"persoon": person[1]}, timeout=10, allow_redirects=False)
    back = urlsplit(answer.headers["Location"])
    signed_in = browser.get(f"{back.path}?{back.query}")
    if signed_in.status != 302:
        raise RuntimeError(f"signing in answered {signed_in.status}")
