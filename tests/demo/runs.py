"""`make run` as a process of its own, in a folder of its own, with a few people."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.accounts.running import ROOT

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def begin(var: Path, port: int, *arguments: object) -> subprocess.Popen[bytes]:
    """Start it; the settings of the tests do not reach it. Its output goes to `var` with `.out` behind it."""
    environment = {name: value for name, value in os.environ.items() if name in _KEPT}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "VAR": str(var)}
    command = [sys.executable, "-m", "demo.run", "--port", str(port), *map(str, arguments)]
    with output_of(var).open("ab") as out:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)


def output_of(var: Path) -> Path:
    return var.with_name(f"{var.name}.out")


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 60) -> bool:
    """Whether it happened before the process ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.01)
    raise AssertionError("it took too long")


def says(var: Path, words: str) -> Callable[[], bool]:
    return lambda: words in output_of(var).read_text()


def kill(process: subprocess.Popen[bytes]) -> None:
    """The end without warning, of everything that it started too."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@contextmanager
def running(var: Path, port: int, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A run that is wholly up; it ends by Ctrl-C."""
    output_of(var).write_text("")
    process = begin(var, port, *arguments)
    try:
        assert wait_for(says(var, "Stoppen: Ctrl-C"), process), output_of(var).read_text()
        for number in provider_ports(var):
            wait_for(lambda number=number: answers(number), process)  # type: ignore[misc]
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def refused(var: Path, port: int, *arguments: object) -> str:
    """What a run says that does not start."""
    output_of(var).write_text("")
    process = begin(var, port, *arguments)
    try:
        assert process.wait(30) == 1
    finally:
        if process.poll() is None:
            kill(process)
    return output_of(var).read_text()


def provider_ports(var: Path) -> list[int]:
    return [int(each["issuer"].rpartition(":")[2]) for each in json.loads((var / "providers.json").read_text())]


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, http.client.HTTPException):  # a port where nobody listens yet may answer itself
        return False


def page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=20) as response:
        return str(response.read().decode())
