"""A browser that signs in: Django's test client at our side, a real HTTP client at the provider's."""

import random
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from demo.ports import is_free
from django.http import HttpResponse
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of this machine that nobody listens on now, with four free ones after it.

    Below those that the system itself gives out for outgoing connections: there, a port that was free just now can be
    taken by any of them, and a connection to a port where nobody listens can even reach itself.
    """
    for port in random.sample(range(20_000, 32_000, 5), 200):
        if all(map(is_free, range(port, port + 5))):
            return port
    raise RuntimeError("no free port")


@dataclass(frozen=True, slots=True)
class RunningProvider:
    """A real provider process, and what the register knows of it."""

    entry: dict[str, Any]
    mailbox: Path

    @property
    def issuer(self) -> str:
        return str(self.entry["issuer"])

    @property
    def slug(self) -> str:
        return str(self.entry["slug"])


def start(command: list[object], *, ready: str) -> subprocess.Popen[bytes]:
    """Start a process of the demo and wait until it answers at `ready`."""
    process = subprocess.Popen([sys.executable, *map(str, command)], cwd=ROOT)
    host, port = urlsplit(ready).hostname or "", urlsplit(ready).port
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((host, port), timeout=1):
                return process
        except OSError:
            assert process.poll() is None, "the process ended before it answered"
            time.sleep(0.05)
    process.kill()
    raise AssertionError(f"{ready} does not answer")


def begin(browser: Client, slug: str, *, onward: str = "/", second_factor: bool = False) -> str:
    """Press the button of a provider; the address we are sent to."""
    asked = {"tweede-factor": "1"} if second_factor else {}
    response = browser.post(f"/inloggen/{slug}/", {"verder": onward, **asked})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def choose(address: str, person: str) -> str:
    """Be somebody at the provider's page; the address (path and query) she is sent back to."""
    page = requests.get(address, timeout=10)
    assert page.status_code == 200
    assert re.search(rf'<button name="persoon" value="{person}"', page.text)
    answer = requests.post(address, data={"persoon": person}, timeout=10, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in(
    browser: Client, provider: RunningProvider, person: str, *, onward: str = "/", second_factor: bool = False
) -> HttpResponse:
    """The whole way; the answer of our callback."""
    back = choose(begin(browser, provider.slug, onward=onward, second_factor=second_factor), person)
    return browser.get(back)  # type: ignore[return-value]


def asked(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
