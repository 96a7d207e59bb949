"""Processes of a drill: each with its log; those of a service are started again when they end; all are ended by id."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from demo.ports import is_free

_FIRST_PORT = 21_000


def free_ports(count: int) -> list[int]:
    """So many free ports of this machine, below those that the system gives out itself."""
    found = []
    for port in range(_FIRST_PORT, 32_000):
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("there are not enough free ports")


@dataclass
class Started:
    """One process; `again` means that it is started anew when it ends, as systemd does with Restart=always."""

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    again: bool
    process: subprocess.Popen[bytes]
    starts: int = 1
    held: bool = False


@dataclass
class Processes:
    """All of them."""

    logs: Path
    known: dict[str, Started] = field(default_factory=dict)
    _ending: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watcher: threading.Thread | None = None

    def start(
        self,
        name: str,
        command: list[object],
        *,
        environment: dict[str, str] | None = None,
        folder: Path = Path("/"),
        again: bool = False,
    ) -> None:
        """Start it."""
        said, given = [str(part) for part in command], environment or dict(os.environ)
        with self._lock:
            if self._ending.is_set():
                raise RuntimeError("the drill is ending")
            self.known[name] = Started(name, said, given, folder, again, self._begin(name, said, given, folder))
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, daemon=True)
            self._watcher.start()

    def _begin(
        self, name: str, command: list[str], environment: dict[str, str], folder: Path
    ) -> subprocess.Popen[bytes]:
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _watch(self) -> None:
        while not self._ending.wait(1):
            with self._lock:
                for each in self.known.values():
                    if each.again and not each.held and each.process.poll() is not None and not self._ending.is_set():
                        each.process = self._begin(each.name, each.command, each.environment, each.folder)
                        each.starts += 1

    def alive(self, name: str) -> bool:
        """Whether it runs now."""
        return self.known[name].process.poll() is None

    def log(self, name: str) -> str:
        """The end of what it said."""
        return self._all_of_log(name)[-3_000:]

    def said(self, name: str, words: str) -> int:
        """How often it said this."""
        return self._all_of_log(name).count(words)

    def _all_of_log(self, name: str) -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill(self, name: str, *, hold: bool = False) -> None:
        """Kill it and what it started, without a moment to say goodbye; `hold`: until it is released, it stays away."""
        with self._lock:
            each = self.known[name]
            each.held = hold
            kill_tree(each.process.pid)
            each.process.wait()

    def release(self, name: str) -> None:
        """Start a process that was held, again."""
        with self._lock:
            each = self.known[name]
            each.held = False
            each.process = self._begin(each.name, each.command, each.environment, each.folder)
            each.starts += 1

    def stop(self) -> None:
        """End all, the newest first: ask, wait, insist."""
        self._ending.set()
        with self._lock:
            for each in reversed(self.known.values()):
                if each.process.poll() is None:
                    each.process.terminate()
                    with suppress(subprocess.TimeoutExpired):
                        each.process.wait(15)
                        continue
                    kill_tree(each.process.pid)
                    each.process.wait()


def kill_tree(pid: int) -> None:
    """Kill a process and all that it started; those that are gone already are fine."""
    try:
        first = psutil.Process(pid)
        everyone = [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in everyone:
        with suppress(psutil.NoSuchProcess):
            each.kill()


def program_of(pid: int) -> str:
    """The name of the program that runs under this id; "" when nothing does."""
    try:
        return str(psutil.Process(pid).name())
    except psutil.NoSuchProcess:
        return ""


@contextmanager
def standing_still(pids: list[int]) -> Iterator[None]:
    """These processes and all that they started stand still, and afterwards go on."""
    first = [psutil.Process(pid) for pid in pids]
    everyone = [*first, *(child for each in first for child in each.children(recursive=True))]
    for each in everyone:
        each.suspend()
    try:
        yield
    finally:
        for each in everyone:
            with suppress(psutil.NoSuchProcess):
                each.resume()


def wait_until(happened: Callable[[], object], seconds: float, what: Callable[[], object]) -> float:
    """Ask until it answers yes; how many seconds it took. Raises RuntimeError with `what` when it takes too long."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if happened():
            return time.monotonic() - begun
        time.sleep(0.1)
    raise RuntimeError(f"it took more than {seconds:.0f} s: {what()}")
