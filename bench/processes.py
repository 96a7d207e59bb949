"""The register as real processes on loopback, as `deploy/` starts them, and what they take of the machine."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
from demo.ports import is_free

from bench import eid
from bench.nation import Nation
from bench.places import ROOT
from demo import vault

SEARCH_FROM = 20_000
_EVERY = 2.0


@dataclass
class Register:
    """The processes by the name of their group, and where they answer."""

    folder: Path
    environment: dict[str, str]
    web: str
    provider: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: object, environment: dict[str, str] | None = None) -> None:
        """Start one; what it says goes to `<name>.log`."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(part) for part in command], cwd=ROOT, env=environment or self.environment, stdout=log, stderr=log
            )

    def died(self) -> list[str]:
        """Those that ended by themselves."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def stop(self) -> None:
        """End all."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def settings_for(nation: Nation, folder: Path) -> dict[str, str]:
    """What the processes need to know of each other: ports, the providers, the limits as they are in production."""
    web, provider, mail, keys = free_ports(4)
    base = f"http://localhost:{provider}"
    (folder / "providers.json").write_text(json.dumps([_side(base, "eid"), _side(base, "school")]))
    return {
        "VAULT_URL": f"http://localhost:{keys}",
        "BASE_URL": f"http://localhost:{web}",
        "SMTP_PORT": str(mail),
        "BENCH_PROVIDER": base,
        "BENCH_NATION": json.dumps(list(asdict(nation).values())),
        "RATE_FACTOR": "1",
        "WEB_PROCESSES": "2",
    }


@contextmanager
def running(environment: dict[str, str], *, web_processes: int = 2) -> Iterator[Register]:
    """Web as in `deploy/Dockerfile`, worker, sealer, due, and beside them mail and the provider, until the end."""
    folder = Path(environment["VAR"])
    register = Register(folder, environment, environment["BASE_URL"], environment["BENCH_PROVIDER"])
    python, granian = sys.executable, Path(sys.executable).parent / "granian"
    common = ("--interface", "wsgi", "--host", "127.0.0.1", "--no-ws", "--log-level", "warning")
    try:
        register.start(
            "web",
            *(granian, *common, "--port", register.web.rpartition(":")[2], "--workers", web_processes),
            *("--blocking-threads", 4, "--backlog", 1024, "lerarenregister.project.wsgi:application"),
        )
        port = register.provider.rpartition(":")[2]
        vault.prepare(folder / "vault", environment["VAULT_TOKEN"], [("eID", f"{register.provider}/eid")])
        told = vault.environment(folder / "vault", environment["VAULT_TOKEN"])
        register.start("vault", *vault.command(int(environment["VAULT_URL"].rpartition(":")[2])), environment=told)
        register.start("provider", granian, *common, "--port", port, "--workers", 1, "bench.eid:application")
        mail = ("--port", environment["SMTP_PORT"], "--mailbox", folder / "mailbox")
        register.start("mail", python, "-m", "demo.mailsink", *mail)
        register.start("worker", python, ROOT / "manage.py", "db_worker")
        register.start("sealer", python, ROOT / "manage.py", "seal", "--every", "2")
        register.start("due", python, ROOT / "manage.py", "run_due", "--every", "60")
        for address in (f"{register.web}/hulp/", f"{register.provider}/eid/jwks"):
            _wait_for(address)
        yield register
    finally:
        register.stop()


@dataclass(frozen=True, slots=True)
class Taken:
    """What the processes took meanwhile: peak of all memory (bytes, shared pages divided) and what each group had of it
    then, CPU seconds by group; `others` is what else ran on this machine."""

    peak: int
    memory: dict[str, int]
    cpu: dict[str, float]
    others: float
    seconds: float

    @property
    def cores(self) -> dict[str, float]:
        """Cores kept busy, by group."""
        return {name: used / self.seconds for name, used in {**self.cpu, "other work": self.others}.items()}


class Watch:
    """Looks every two seconds at the processes of each group and their children; `peak` is the most memory so far of
    all but the crowd."""

    def __init__(self, roots: dict[str, list[int]]) -> None:
        self._roots = roots
        self.peak, self._memory = 0, dict.fromkeys(roots, 0)
        self._used: dict[tuple[str, int], float] = {}
        self._first: dict[tuple[str, int], float] = {}
        self._begun, self._busy = time.monotonic(), _busy()
        self._over = threading.Event()
        self._look()
        self._first = dict(self._used)
        self._thread = threading.Thread(target=self._looking, daemon=True)
        self._thread.start()

    def end(self) -> Taken:
        """Stop looking."""
        self._over.set()
        self._thread.join()
        self._look()
        cpu = dict.fromkeys(self._roots, 0.0)
        for (name, pid), seconds in self._used.items():
            cpu[name] += seconds - self._first.get((name, pid), 0.0)
        others = max(0.0, _busy() - self._busy - sum(cpu.values()))
        return Taken(self.peak, self._memory, cpu, others, time.monotonic() - self._begun)

    def _looking(self) -> None:
        while not self._over.wait(_EVERY):
            self._look()

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        """Every process that is there now, with the name of its group."""
        for name, pids in self._roots.items():
            for pid in pids:
                with suppress(psutil.Error):
                    root = psutil.Process(pid)
                    yield from ((name, each) for each in (root, *root.children(recursive=True)))

    def _look(self) -> None:
        now = dict.fromkeys(self._roots, 0)
        for name, process in self._processes():
            with suppress(psutil.Error):
                times = process.cpu_times()
                self._used[name, process.pid] = times.user + times.system
                now[name] += process.memory_full_info().pss
        if (total := sum(size for name, size in now.items() if name != "crowd")) > self.peak:
            self.peak, self._memory = total, now


def _busy() -> float:
    """Seconds that all cores together have worked since this machine started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)


def postmaster(database_url: str) -> int | None:
    """The process of the PostgreSQL server behind this URL; None for SQLite."""
    import psycopg  # noqa: PLC0415  (only for PostgreSQL)

    if database_url.startswith("sqlite"):
        return None
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return int(psutil.Process(row[0]).ppid())


def _side(base: str, kind: str) -> dict[str, object]:
    who = {"slug": kind, "name": kind, "issuer": f"{base}/{kind}", "client_id": eid.CLIENT}
    bound = {"person_bound": kind == "eid", "second_factor": [eid.SECOND_FACTOR]}
    return {**who, "client_secret": eid.SECRET, **bound}


def free_ports(number: int) -> list[int]:
    """Free ports below those that the system gives out by itself."""
    found = (port for port in range(SEARCH_FROM + os.getpid() % 5_000, 32_000) if is_free(port))
    return [next(found) for _ in range(number)]


def _wait_for(address: str) -> None:
    place, _, path = address.removeprefix("http://").partition("/")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(place, timeout=5)
            connection.request("GET", f"/{path}")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")
