"""What the processes take is counted by group, and the light provider is as strict as the register needs."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from bench.nation import Nation
from bench.processes import Watch

from bench import eid, processes

VERIFIER = "a verifier of at least forty-three characters, as it must be"


def test_processor_time_and_memory_of_a_process_and_its_children_are_counted_and_of_others_not() -> None:
    code = "import time; block = bytearray(40_000_000); end = time.time() + 60\nwhile time.time() < end: pass"
    shell = ["sh", "-c", f"{sys.executable} -c '{code}' & wait"]
    with subprocess.Popen(shell, start_new_session=True) as busy, subprocess.Popen(["sleep", "60"]) as idle:
        watch = Watch({"busy": [busy.pid], "idle": [idle.pid]})
        deadline = time.monotonic() + 20
        while watch.peak < 40_000_000 and time.monotonic() < deadline:
            time.sleep(0.2)
        taken = watch.end()
        os.killpg(busy.pid, 9)
        idle.kill()
    assert taken.peak > 40_000_000
    assert taken.memory["busy"] > 10 * taken.memory["idle"]
    assert taken.cpu["busy"] > 0.05 > taken.cpu["idle"]
    assert taken.cores["busy"] == taken.cpu["busy"] / taken.seconds


def test_ports_are_free_and_below_those_that_the_system_gives_out() -> None:
    found = processes.free_ports(3)
    assert len(set(found)) == 3
    assert max(found) < 32_768


def asked(path: str, values: dict[str, str], *, secret: str = "") -> tuple[int, dict[str, str], Any]:
    """What the provider answers to a form."""
    body = urlencode(values).encode()
    basic = base64.b64encode(f"{eid.CLIENT}:{secret or eid.SECRET}".encode()).decode()
    environ = {
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "HTTP_AUTHORIZATION": f"Basic {basic}",
    }
    said: list[Any] = []
    start: Callable[..., Any] = lambda status, headers: said.append((int(status.split()[0]), dict(headers)))  # noqa: E731
    content = b"".join(eid.application(environ, start))
    return said[0][0], said[0][1], json.loads(content) if content else None


def code_for(person: str) -> str:
    """A code, as a browser brings it back."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    values = {"state": "s", "nonce": "n", "redirect_uri": "http://localhost/terug/", "code_challenge": challenge}
    status, headers, _ = asked("/eid/authorize", {**values, "persoon": person})
    assert status == 302
    return parse_qs(urlsplit(headers["Location"]).query)["code"][0]


def test_a_code_gives_a_token_once_and_says_who_the_teacher_is() -> None:
    values = {"code": code_for("3-7"), "code_verifier": VERIFIER}
    status, _, token = asked("/eid/token", values)
    claims = json.loads(base64.urlsafe_b64decode(token["id_token"].split(".")[1] + "=="))
    teacher = Nation().teacher(3, 7)
    assert (status, claims["sub"], claims["nonce"]) == (200, "3-7", "n")
    assert (claims["family_name"], claims["birthdate"]) == (teacher.last_name, f"{teacher.birth_date}")
    assert asked("/eid/token", values)[0] == 400


@pytest.mark.parametrize(
    ("path", "verifier", "secret", "status"),
    [
        ("/school/token", VERIFIER, "", 400),
        ("/eid/token", "another verifier", "", 400),
        ("/eid/token", VERIFIER, "no", 401),
    ],
)
def test_another_issuer_verifier_or_secret_gets_no_token(path: str, verifier: str, secret: str, status: int) -> None:
    assert asked(path, {"code": code_for("1-1"), "code_verifier": verifier}, secret=secret)[0] == status
