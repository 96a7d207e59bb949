"""The server as it is reached over the wire: what two servers in a row could read differently (request smuggling, RFC
9112 section 11.2) gets one answer, and no second request comes out of a body.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo.ports import is_free

from lerarenregister.project import settings as project

HOST = b"Host: localhost\r\n"
HIDDEN = b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /health/live HTTP/1.1\r\n" + HOST
SIZE = str(len(HIDDEN)).encode()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The server that production runs; nothing here comes as far as the database."""
    number = next(each for each in range(23_000 + os.getpid() % 997 * 5, 32_000) if is_free(each))
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "PYTHONPATH": f"{project.ROOT / 'src'}:{project.ROOT}",
        "VAR": str(tmp_path_factory.mktemp("wire")),
        "STATIC_ROOT": str(project.STATIC_ROOT),
        "DJANGO_SETTINGS_MODULE": "lerarenregister.project.settings",
    }
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws"]
    command += ["--port", str(number), "--workers", "1", "--blocking-threads", "2"]
    command += ["lerarenregister.project.wsgi:application"]
    process = subprocess.Popen(command, env=environment, cwd=project.ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not said(number, HIDDEN).startswith(b"HTTP/1.1 200"):
        time.sleep(0.2)
    yield number
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def said(port: int, request: bytes) -> bytes:
    """Everything that comes back until the server closes or says nothing more."""
    got = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as opened:
            opened.sendall(request)
            while part := opened.recv(65536):
                got += part
    except OSError:
        pass
    return got


@pytest.mark.parametrize(
    "request_",
    {
        "a length and chunks": POST
        + b"Content-Length: "
        + str(len(HIDDEN) + 5).encode()
        + b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        + HIDDEN,
        "two encodings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + HIDDEN,
        "an unknown encoding": POST + b"Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
        "a space in a name": POST + b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
        "two lengths": POST + b"Content-Length: 0\r\nContent-Length: " + SIZE + b"\r\n\r\n" + HIDDEN,
        "a length with a sign": POST + b"Content-Length: +" + SIZE + b"\r\n\r\n" + HIDDEN,
        "an end of line within a chunk's extension": POST
        + b'Transfer-Encoding: chunked\r\n\r\n0;x="\n'
        + HIDDEN
        + b'"\r\n\r\n',
        "NUL in a header": b"GET /health/live HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
        "a folded header": b"GET /health/live HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    }.items(),
    ids=lambda each: each[0],
)
def test_what_could_be_read_in_two_ways_gets_one_refusal(port: int, request_: tuple[str, bytes]) -> None:
    got = said(port, request_[1])
    assert got.count(b"HTTP/1.1 ") == 1, got
    assert 400 <= int(got[9:12]) < 500, got


def test_a_body_that_nobody_reads_is_no_second_request(port: int) -> None:
    request = b"GET /health/live HTTP/1.1\r\n" + HOST + b"Content-Length: " + SIZE + b"\r\n\r\n" + HIDDEN
    assert said(port, request).count(b"HTTP/1.1 ") == 1


def test_the_same_request_beside_it_is_answered_when_it_is_one(port: int) -> None:
    assert said(port, HIDDEN + HIDDEN).count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize("hosts", [b"Host: localhost\r\nHost: evil.example\r\n", b"", b"Host: evil.example\r\n"])
def test_a_host_that_is_not_ours_is_refused(port: int, hosts: bytes) -> None:
    got = said(port, b"GET /hulp/ HTTP/1.1\r\n" + hosts + b"\r\n")
    assert got.startswith(b"HTTP/1.1 400"), got[:200]
    assert b"evil.example" not in got
