"""Asking the vault: what is no answer of it is a vault that is away, and nothing goes where it was not sent."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests import vaults
from vault import client as clients
from vault.answers import Also
from vault.client import Client, VaultAway, VaultRefused

TOKEN = "the token of this installation, of 40 c."
KEY = base64.b64encode(b"k" * 32).decode()
OPENED = {"id": "00" * 16, "key": KEY, "made": False, "code": "", "proof": ""}


class Server:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.headers, self.wait = 200, b"{}", {}, 0.0  # type: ignore[var-annotated]
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.go = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append((self.command, self.path, dict(self.headers), body))
                if outer.wait:
                    outer.go.wait(outer.wait)
                try:
                    self.send_response(outer.status)
                    for name, value in {"Content-Length": str(len(outer.body)), **outer.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(outer.body)
                except OSError:
                    pass

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, body: object, status: int = 200, **headers: str) -> None:
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(clients, "_own", threading.local())
    made = Server()
    yield made
    made.go.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def vault() -> Iterator[None]:
    """None in this process: here the real wire is looked at."""
    with vaults.on_the_wire():
        yield


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server.url, TOKEN)


def opening(client: Client) -> Any:
    return client.open(challenge="c", id_token="t", make=None, also=Also.NOTHING)


def test_it_sends_its_token_and_the_question_in_the_body(client: Client, server: Server) -> None:
    server.says(OPENED)
    assert opening(client).key == b"k" * 32
    ((method, path, headers, body),) = server.asked
    assert (method, path, headers["Authorization"]) == ("POST", "/open", f"Bearer {TOKEN}")
    assert json.loads(body) == {"challenge": "c", "id_token": "t", "also": ""}


def test_neither_its_token_nor_a_key_is_in_what_it_shows_of_itself(client: Client, server: Server) -> None:
    server.says(OPENED | {"code": "CODE", "proof": "PROOF"})
    opened = opening(client)
    said = repr(client) + repr(opened)
    for secret in (TOKEN, KEY, repr(b"k" * 32), "CODE", "PROOF"):
        assert secret not in said


def test_where_nobody_listens_it_is_away() -> None:
    away = Client("http://127.0.0.1:9", TOKEN)
    with pytest.raises(VaultAway):
        opening(away)
    assert not away.well()


def test_a_slow_one_is_away_after_the_time_that_a_sign_in_waits(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clients.TIMEOUT == (1, 5)
    monkeypatch.setattr(clients, "TIMEOUT", (0.2, 0.2))
    server.wait = 30
    begun = time.monotonic()
    with pytest.raises(VaultAway):
        opening(client)
    assert not client.well()
    assert time.monotonic() - begun < 20
    assert [path for _, path, _, _ in server.asked] == ["/open", "/health"], "nothing is asked twice by itself"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 204, 301])
def test_a_server_in_trouble_is_away(client: Client, server: Server, status: int) -> None:
    server.says({"error": "store"}, status)
    with pytest.raises(VaultAway):
        opening(client)
    assert not client.well()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed_with_a_proof_or_the_token(client: Client, server: Server, status: int) -> None:
    other = Server()
    other.says(OPENED)
    server.says(OPENED, status, Location=f"{other.url}/open")
    try:
        with pytest.raises(VaultAway):
            opening(client)
        assert not client.well()
        assert other.asked == []
    finally:
        other.server.shutdown()
        other.server.server_close()


GARBAGE = [
    b"",
    b"<html>",
    b"\xff",
    b"null",
    b"5",
    b"[]",
    b'["a"]',
    b'"text"',
    b"[" * 5_000,
    b"{}",
    OPENED | {"key": "no base64!"},
    OPENED | {"key": 5},
    OPENED | {"key": None},
    OPENED | {"id": "zz"},
    OPENED | {"id": 5},
    {name: value for name, value in OPENED.items() if name != "proof"},
]


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_an_answer_that_is_none_is_away(client: Client, server: Server, body: object) -> None:
    server.says(body)
    with pytest.raises(VaultAway):
        opening(client)
    for status in (400, 403, 500):
        server.says(body, status)
        with pytest.raises((VaultAway, VaultRefused)):
            opening(client)


GIVEN = {
    "erase": ("ticket",),
    "lines": ("ticket",),
    "holders": ("ticket",),
    "enrol_passkey": ("proof", "challenge", "answer", "label"),
    "open_by_passkey": ("challenge", "answer"),
}


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("challenge", {}),
        ("erase", {}),
        ("lines", {"lines": [{"at": "x"}]}),
        ("lines", {"lines": 5}),
        ("holders", {"holders": [{}]}),
        ("held", {"held": [5]}),
        ("held", {"held": ["zz"]}),
        ("held", {}),
        ("ask_passkey", {}),
        ("ask_passkey", {"secret": "s", "challenge": "c", "site": "s", "handle": "zz", "known": []}),
        ("ask_passkey", {"secret": "s", "challenge": "c", "site": "s", "handle": "", "known": [5]}),
        ("enrol_passkey", {}),
        ("enrol_passkey", {"id": 5}),
        ("open_by_passkey", {"key": "a"}),
    ],
)
def test_an_answer_of_another_verb_is_away(client: Client, server: Server, verb: str, body: object) -> None:
    server.says(body)
    given = dict.fromkeys(GIVEN.get(verb, ()), "x")
    with pytest.raises(VaultAway):
        getattr(client, verb)(**given)


@pytest.mark.parametrize(("status", "error"), [(403, "challenge"), (404, "missing"), (409, "taken"), (429, "tries")])
def test_a_refusal_has_its_code(client: Client, server: Server, status: int, error: str) -> None:
    server.says({"error": error, "check": "aud"}, status)
    with pytest.raises(VaultRefused) as refused:
        opening(client)
    assert (refused.value.code, refused.value.check) == (error, "aud")


def test_no_proxy_of_the_environment_sees_a_question(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Server()
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.setenv("no_proxy", "")
    server.says(OPENED)
    assert opening(client).key == b"k" * 32
    assert proxy.asked == []
    proxy.server.shutdown()
    proxy.server.server_close()


def test_a_file_of_certificates_that_is_not_there_is_away(server: Server) -> None:
    lost = Client("https://127.0.0.1:9", TOKEN, "/nowhere/ca.crt")
    with pytest.raises(VaultAway):
        opening(lost)
    assert not lost.well()
