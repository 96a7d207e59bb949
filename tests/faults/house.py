"""A house: vault, web, worker, sealer and daily work as real processes on a database, reached over wires; who is
killed, comes back, as under a supervisor."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import psutil
from demo.ports import Ports

from demo import files, ports, vault
from tests.accounts.running import free_port
from tests.faults import points
from tests.faults.people import somebody
from tests.faults.wires import Wire
from tools import postgres
from vault.client import Client

ROOT = Path(__file__).resolve().parents[2]
ROLES = ("vault", "web", "worker", "sealer", "due")
SOCKET = ".s.PGSQL.5432"


class House:
    """One house; `url` is that of its database server, or of nothing for the embedded database."""

    def __init__(self, var: Path, database: str, people: int) -> None:
        self.var, self.server = var, database if database.startswith("postgresql") else ""
        first = free_port()
        self.ports = Ports(
            web=first, providers={"eid": first + 1, "school": first + 2}, mail=first + 3, vault=first + 4
        )
        self._behind = first + 5
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.faults = var / "faults"
        for folder in (var, var / "demo", var / "demo" / "mail", var / "log", self.faults):
            folder.mkdir(exist_ok=True)
        ports.write_providers(var, self.ports)
        issuer = f"http://localhost:{self.ports.providers['eid']}"
        vault.prepare(var / "vault", os.environ["VAULT_TOKEN"], [("eID", issuer)])
        files.write_json(var / "demo" / "people.json", [_person(f"s{number}") for number in range(people)] + [_staff()])
        self.wire = Wire(("127.0.0.1", self.ports.web), ("127.0.0.1", self._behind))
        self.database_wire: Wire | None = None
        if self.server:
            self.database_wire = Wire(var / SOCKET, self.home / SOCKET)
            os.chmod(var / SOCKET, 0o777)

    @property
    def address(self) -> str:
        """Where people ask."""
        return f"http://localhost:{self.ports.web}"

    @property
    def home(self) -> Path:
        """The folder of the database server."""
        return Path(parse_qs(urlsplit(self.server).query)["host"][0])

    def database(self, *, straight: bool = False) -> str:
        """The address of its database: over the wire, or `straight`."""
        if not self.server:
            return f"sqlite:///{self.var}/house.sqlite3"
        host = self.home if straight else self.var
        return f"postgresql://app@/house?host={quote(str(host), safe='')}"

    @property
    def vault(self) -> str:
        """Where its vault answers."""
        return f"http://127.0.0.1:{self.ports.vault}"

    def environment(self, role: str) -> dict[str, str]:
        """For one of its processes."""
        if role == "vault":
            return vault.environment(self.var / "vault", os.environ["VAULT_TOKEN"])
        return {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "TASKS_BACKEND": "django_tasks_db.DatabaseBackend",
            "VAR": str(self.var),
            "DATABASE_URL": self.database(),
            "VAULT_URL": self.vault,
            "PROVIDERS_FILE": f"{self.var}/providers.json",
            "BASE_URL": self.address,
            "SMTP_PORT": str(self.ports.mail),
            "RATE_FACTOR": "1000",
            "FAULTS": str(self.faults),
            "FAULT_ROLE": role,
        }

    def start(self, role: str) -> None:
        """Start one of its processes."""
        python = sys.executable
        command = {
            "vault": [str(each) for each in vault.command(self.ports.vault)],
            "web": [
                *(str(Path(python).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"),
                *("--port", str(self._behind), "--workers", "1", "--blocking-threads", "4", "--no-ws"),
                *("--log-level", "warning", "lerarenregister.project.wsgi:application"),
            ],
            "worker": [python, "manage.py", "db_worker", "--interval", "0.1", "--no-startup-delay"],
            "sealer": [python, "manage.py", "seal", "--every", "0.3"],
            "due": [python, "manage.py", "run_due", "--every", "1"],
            "eid": [python, "-m", "demo.provider", "--config", str(self.var / "demo" / "eid.json")],
            "school": [python, "-m", "demo.provider", "--config", str(self.var / "demo" / "school.json")],
        }[role]
        with (self.var / "log" / f"{role}.log").open("ab") as log:
            self.processes[role] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(role), stdout=log, stderr=log, start_new_session=True
            )

    def begin(self) -> None:
        """Everything starts."""
        for role in ("eid", "school", *ROLES):
            self.start(role)
        self.wait_until_it_answers()

    def wait_until_it_answers(self, seconds: float = 60) -> None:
        """Until the web and the vault answer and everything runs."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.supervise()
            with suppress(OSError), urllib.request.urlopen(f"{self.address}/", timeout=5) as answer:
                if answer.status == 200 and Client(self.vault, "").well():
                    return
            time.sleep(0.05)
        raise RuntimeError("the house does not open: " + (self.var / "log" / "web.log").read_text()[-2_000:])

    def supervise(self) -> None:
        """Start again what ended; a server whose one worker is gone is none."""
        for role in ROLES:
            if not self.lives(role):
                self.kill(role)
                self.start(role)

    def lives(self, role: str) -> bool:
        """Whether it runs, its workers too."""
        process = self.processes[role]
        if process.poll() is not None:
            return False
        if role != "web" or time.time() - psutil.Process(process.pid).create_time() < 2:
            return True
        return bool(psutil.Process(process.pid).children())

    def pids(self, role: str) -> list[int]:
        """Of a process and its workers."""
        with suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.processes[role].pid)
            return [found.pid, *(child.pid for child in found.children(recursive=True))]
        return []

    def stopped(self, role: str) -> Callable[[], None]:
        """It stands still, as on a machine that does something else; call what is returned to let it go on."""
        pids = self.pids(role)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

        def goes_on() -> None:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

        return goes_on

    def kill(self, role: str) -> None:
        """Without a word, its workers too."""
        for pid in self.pids(role):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.processes[role].wait()

    def full(self, room: int) -> list[int]:
        """The disk is full for those who write, but for `room` bytes; returns who they are."""
        if not self.server:
            beside = self.var / "house.sqlite3-wal"
            size, pids = beside.stat().st_size if beside.exists() else 0, self.pids("web") + self.pids("worker")
        else:
            size, pids = 0, self.backends()
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                points.limit(pid, size + room)
        return pids

    def room_again(self, pids: list[int]) -> None:
        """There is room on the disk again."""
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                points.limit(pid, -1)

    def postmaster(self) -> int:
        """The first process of the database server."""
        return int((self.home / "data" / "postmaster.pid").read_text().split()[0])

    def backends(self) -> list[int]:
        """The processes of the database server."""
        with suppress(psutil.NoSuchProcess, OSError):
            return [child.pid for child in psutil.Process(self.postmaster()).children()]
        return []

    def kill_database(self, how: str, chance: int) -> None:
        """`stop`: at once, without a checkpoint; `postmaster`, `backend`: a SIGKILL. It begins again, and recovers."""
        if how == "backend":
            if found := self.backends():
                with suppress(ProcessLookupError):
                    os.kill(found[chance % len(found)], signal.SIGKILL)
            return
        if how == "postmaster":
            children = self.backends()
            os.kill(self.postmaster(), signal.SIGKILL)
            psutil.wait_procs([psutil.Process(pid) for pid in children if psutil.pid_exists(pid)], timeout=10)
        else:
            postgres.stop(self.home)
        postgres.start(self.home)

    def end(self) -> None:
        """Everything ends."""
        for role in list(self.processes):
            self.kill(role)
        self.wire.close()
        if self.database_wire is not None:
            self.database_wire.close()

    @property
    def cuts(self) -> int:
        """How often one of its wires was cut."""
        return self.wire.cuts + (self.database_wire.cuts if self.database_wire else 0)

    def struck(self) -> str:
        """At which point inside a process a fault struck since this was last asked; "" for none."""
        said = ""
        for file in self.faults.glob("*.struck"):
            said += f" ({file.read_text()})"
            file.unlink()
        return said

    def left_over(self) -> list[str]:
        """Files that nobody will clear away."""
        known = {f"house.sqlite3{beside}" for beside in ("", "-wal", "-shm")}
        known |= {"vault", "demo", "log", "faults", "static", "providers.json", SOCKET}
        return sorted(path.name for path in self.var.iterdir() if path.name not in known)


def _person(name: str) -> dict[str, object]:
    known = somebody(name)
    return {
        "id": name,
        "subject_eid": f"eid-{name}",
        "subject_school": None,
        "family_name": known["achternaam"],
        "prefix": "",
        "given_name": "Bea",
        "initials": "B.",
        "birth_date": known["geboortedatum"],
        "about": "",
        "cast": False,
        "email": "",
        "school": "",
    }


def _staff() -> dict[str, object]:
    return _person("staff") | {"subject_eid": "eid-staff", "subject_school": "school-staff", "school": "De Eik"}


def path_of(url: str) -> Path:
    """The file of an embedded database."""
    return Path(unquote(urlsplit(url).path[1:]))
