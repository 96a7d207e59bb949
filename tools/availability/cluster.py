"""Three etcd and three PostgreSQL under Patroni on this machine, with the files of `deploy/ha`."""

import json
import os
import secrets
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from tools.availability import filling
from tools.availability.needs import as_postgres
from tools.availability.running import Processes, kill_tree, program_of, standing_still, wait_until

from tools import postgres

ADDRESS = "127.0.0.1"
NODES = ("n1", "n2", "n3")
DATABASE = USER = "register"


@dataclass(frozen=True)
class Node:
    """One machine with PostgreSQL, as far as one machine can be three."""

    name: str
    postgres: int
    patroni: int
    data: Path

    def api(self, path: str) -> dict[str, Any]:
        """What its Patroni says; {} when it says nothing."""
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{self.patroni}{path}", timeout=2) as answer:
                said: dict[str, Any] = json.load(answer)
                return said
        except (OSError, ValueError):
            return {}


class Cluster:
    """All of them."""

    def __init__(self, folder: Path, processes: Processes, programs: dict[str, str], ports: Iterator[int]) -> None:
        self.folder, self._processes, self._programs = folder, processes, programs
        self.ca = folder / "tls" / "ca.crt"
        self.passwords = {
            name: secrets.token_urlsafe(18) for name in ("postgres", "replication", "rewind", "patroni", USER)
        }
        self._clients = {name: next(ports) for name in NODES}
        self._peers = {name: next(ports) for name in NODES}
        self.nodes = [Node(name, next(ports), next(ports), folder / name / "data") for name in NODES]

    def start(self) -> None:
        """Bring everything up: a primary, a synchronous standby and a third."""
        members = ",".join(f"{name}=http://{ADDRESS}:{port}" for name, port in self._peers.items())
        for name in NODES:
            home = self._own(self.folder / f"etcd-{name}")
            ports = {"CLIENT_PORT": self._clients[name], "PEER_PORT": self._peers[name]}
            values = {"NODE": name, "ADDRESS": ADDRESS, "DATA": home / "data", "MEMBERS": members, **ports}
            file = home / "etcd.conf.yml"
            file.write_text(filling.filled("etcd.conf.yml", values))
            self._processes.start(
                f"etcd-{name}", [*as_postgres(home), self._programs["etcd"], "--config-file", file], again=True
            )
        for node in self.nodes:
            self._configure(node)
        first, *others = self.nodes
        self._patroni(first)
        wait_until(lambda: first.api("/primary"), 60, self._said)
        for node in others:
            self._patroni(node)
        self.whole(90)

    def _own(self, home: Path) -> Path:
        home.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres", "postgres")
        return home

    def _configure(self, node: Node) -> None:
        home = self._own(self.folder / node.name)
        for name in ("server.crt", "server.key"):
            shutil.copy(self.folder / "tls" / name, home / name)
            (home / name).chmod(0o600)
        values = {
            "NODE": node.name,
            "ADDRESS": ADDRESS,
            "NETWORK": "127.0.0.1/32",
            "WATCHDOG": "off",
            "FOLDER": home,
            "PATRONI_PORT": node.patroni,
            "POSTGRES_PORT": node.postgres,
            "DATA": node.data,
            "CA": self.ca,
            "CERTIFICATE": home / "server.crt",
            "CERTIFICATE_KEY": home / "server.key",
            **{
                f"{name.upper()}_PASSWORD": self.passwords[name]
                for name in ("postgres", "replication", "rewind", "patroni")
            },
            "ETCD_HOSTS": ",".join(f"{ADDRESS}:{port}" for port in self._clients.values()),
            "BINARIES": postgres.binaries(),
        }
        file = home / "patroni.yml"
        file.touch(mode=0o600)
        file.write_text(filling.filled("patroni.yml", values))
        postgres.hand_over(home)

    def _patroni(self, node: Node) -> None:
        home = self.folder / node.name
        command = [*as_postgres(home), self._programs["patroni"], home / "patroni.yml"]
        self._processes.start(f"patroni-{node.name}", command, folder=home)

    def _said(self) -> str:
        return "\n".join(self._processes.log(f"patroni-{node.name}") for node in self.nodes)

    def url(self, user: str = USER, database: str = DATABASE) -> str:
        """A DATABASE_URL that names all servers."""
        servers = ",".join(f"{ADDRESS}:{node.postgres}" for node in self.nodes)
        asked = {"target_session_attrs": "read-write", "sslmode": "verify-full", "sslrootcert": str(self.ca)}
        return f"postgresql://{user}:{quote(self.passwords[user], safe='')}@{servers}/{database}?{urlencode(asked)}"

    def make_database(self) -> None:
        """The user and the database of the register, as the how-to has them made."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connected:
            connected.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{self.passwords[USER]}'".encode())
            connected.execute(f"CREATE DATABASE {DATABASE} OWNER {USER}".encode())

    def members(self) -> dict[str, tuple[str, str, int]]:
        """Of each node that has one: its role, its state and its timeline, as Patroni has it in etcd."""
        for node in self.nodes:
            if said := node.api("/cluster"):
                return {
                    each["name"]: (each["role"], each["state"], int(each.get("timeline", 0)))
                    for each in said.get("members", [])
                }
        return {}

    def called(self, role: str) -> Node | None:
        """The node with this role: `leader` or `sync_standby`."""
        names = [
            name
            for name, (its, state, _) in self.members().items()
            if its == role and state in ("running", "streaming")
        ]
        return next((node for node in self.nodes if node.name in names), None)

    def whole(self, seconds: float) -> float:
        """Wait until a primary, a synchronous standby and a third follow one timeline; how long that took."""

        def stands() -> bool:
            said = self.members().values()
            roles = sorted(role for role, state, _ in said if state in ("running", "streaming"))
            return roles == ["leader", "replica", "sync_standby"] and len({timeline for *_, timeline in said}) == 1

        return wait_until(stands, seconds, lambda: f"{self.members()}\n{self._said()}")

    def kill(self, node: Node, *, patroni: bool = True, postgres: bool = True) -> None:
        """SIGKILL for PostgreSQL with all its processes at once, and for its Patroni, as when the machine falls."""
        if patroni:
            self._processes.kill(f"patroni-{node.name}")
        if postgres and (pid := _postmaster(node)):
            kill_tree(pid)

    def start_again(self, node: Node) -> None:
        """The machine is back."""
        self._patroni(node)

    def switch_over(self) -> None:
        """Hand over to the standby as for maintenance."""
        configured = self.folder / self.nodes[0].name / "patroni.yml"
        to = self.called("sync_standby")
        command = [self._programs["patronictl"], "-c", str(configured), "switchover", "--force"]
        subprocess.run([*command, "--candidate", to.name if to else ""], check=True, capture_output=True, timeout=60)

    def frozen(self, node: Node) -> AbstractContextManager[None]:
        """Everything of a node stands still and then goes on, as a machine that hangs and comes back."""
        patroni = self._processes.known[f"patroni-{node.name}"].process.pid
        return standing_still([patroni, *([pid] if (pid := _postmaster(node)) else [])])

    def stop(self) -> None:
        """What Patroni left running."""
        for node in self.nodes:
            if pid := _postmaster(node):
                kill_tree(pid)


def _postmaster(node: Node) -> int | None:
    """The process id of its PostgreSQL, when it is one of this folder and runs."""
    file = node.data / "postmaster.pid"
    if not file.exists():
        return None
    pid, data = file.read_text().split("\n")[:2]
    return int(pid) if data == str(node.data) and "postgres" in program_of(int(pid)) else None
