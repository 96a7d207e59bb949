"""The register on the cluster: HAProxy, two web processes, worker, sealer, daily work, mailbox, providers."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from demo.ports import PROVIDERS, Ports
from tools.availability import filling
from tools.availability.cluster import ADDRESS, DATABASE, USER, Cluster
from tools.availability.needs import as_postgres
from tools.availability.running import Processes, wait_until

from demo import files, ports, vault
from tools import postgres

ROOT = Path(__file__).resolve().parents[2]
WEB = ("web1", "web2")
THREADS = 4
WAYS = ("haproxy", "direct", "pgbouncer")


class Site:
    """Everything but the database. `way` to it: `haproxy` leads to the primary and cuts off what was one, `pgbouncer`
    before that lends connections, and `direct` has all servers in DATABASE_URL."""

    def __init__(
        self, cluster: Cluster, processes: Processes, programs: dict[str, str], numbers: Iterator[int], *, way: str
    ) -> None:
        self.cluster, self._processes, self._programs, self._way = cluster, processes, programs, way
        self.var = cluster.folder / "var"
        self._ports = Ports(
            next(numbers), {slug: next(numbers) for slug, _, _ in PROVIDERS}, next(numbers), next(numbers)
        )
        self._web = {name: next(numbers) for name in WEB}
        self._primary, self._pgbouncer = next(numbers), next(numbers)
        self.address = f"https://localhost:{self._ports.web}"

    @property
    def url(self) -> str:
        """The DATABASE_URL of its processes."""
        if self._way == "direct":
            return self.cluster.url()
        asked = urlencode({"sslmode": "verify-full", "sslrootcert": str(self.cluster.ca)})
        password = quote(self.cluster.passwords[USER], safe="")
        port = self._pgbouncer if self._way == "pgbouncer" else self._primary
        return f"postgresql://{USER}:{password}@{ADDRESS}:{port}/{DATABASE}?{asked}"

    def environment(self) -> dict[str, str]:
        """The settings of every process of the register; keys stand in `settings.env`."""
        return {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "VAR": str(self.var),
            "DATABASE_URL": self.url,
            "DATABASE_POOLED": "1" if self._way == "pgbouncer" else "0",
            "VAULT_URL": f"http://{ADDRESS}:{self._ports.vault}",
            "PROVIDERS_FILE": f"{self.var}/providers.json",
            "BASE_URL": self.address,
            "BEHIND_TLS_PROXY": "1",
            "SMTP_PORT": str(self._ports.mail),
            "RATE_FACTOR": "1000",  # the limits are at work, and have room for a hundred people behind one address
            "WEB_PROCESSES": str(len(WEB)),
        }

    @property
    def _keys(self) -> Path:
        return self.var / "vault"

    @property
    def _vault_token(self) -> str:
        return files.values_in(self.var / "settings.env")["VAULT_TOKEN"]

    def _issuer(self, slug: str) -> str:
        return f"http://localhost:{self._ports.providers[slug]}"

    def manage(self, *arguments: object) -> str:
        """A command of the register to its end; raises RuntimeError with what it said when it fails."""
        command = [sys.executable, *(str(part) for part in arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stdout[-2_000:]}{done.stderr[-2_000:]}")
        return done.stdout

    def start(self, teachers: int) -> None:
        """The database with its people first, then everything that serves them."""
        folder = self.var / "demo"
        (folder / "mail").mkdir(parents=True)
        files.generate_keys(self.var / "settings.env")
        ports.write_providers(self.var, self._ports)
        for slug, _, _ in PROVIDERS:  # they write http for where the register answers; here it answers by TLS
            file = folder / f"{slug}.json"
            plain = f"http://localhost:{self._ports.web}"
            file.write_text(file.read_text(encoding="utf-8").replace(plain, self.address), encoding="utf-8")
        vault.prepare(self._keys, self._vault_token, [("Demo-eID", self._issuer("eid"))])
        self._front()
        wait_until(self._reached, 60, lambda: self._processes.log("haproxy"))
        self.manage("manage.py", "migrate", "--verbosity", "0")
        self.manage("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        self.manage("-m", "demo.load", "--teachers", teachers, "--folder", folder)
        self._register()
        wait_until(lambda: all(map(self.ready, WEB)), 60, lambda: self._processes.log("web1"))

    def _front(self) -> None:
        """HAProxy and, when asked, pgbouncer."""
        home = self.cluster.folder / "front"
        home.mkdir()
        (home / "away.http").write_bytes((filling.FOLDER / "away.http").read_bytes())
        places = {name.upper(): f"{ADDRESS}:{port}" for name, port in self._web.items()}
        certificate = self.cluster.folder / "tls" / "site.pem"
        bind = f"{ADDRESS}:{self._ports.web} ssl crt {certificate}"
        text = filling.filled("haproxy.cfg", {**places, "FOLDER": home, "BIND": bind, "HOST": "localhost"})
        nodes = {
            f"{what}{number}": f"{ADDRESS}:{node.postgres}" if what == "NODE" else node.patroni
            for number, node in enumerate(self.cluster.nodes, start=1)
            for what in ("NODE", "PATRONI")
        }
        text += filling.filled("haproxy-primary.cfg", {**nodes, "PRIMARY": f"{ADDRESS}:{self._primary}"})
        if self._way == "pgbouncer":
            self._pgbouncer_start()
        (home / "haproxy.cfg").write_text(text)
        self._processes.start("haproxy", [self._programs["haproxy"], "-db", "-f", home / "haproxy.cfg"], again=True)

    def _pgbouncer_start(self) -> None:
        home = self.cluster.folder / "pgbouncer"
        home.mkdir(mode=0o700)
        tls = {"CA": self.cluster.ca, "CERTIFICATE": home / "server.crt", "CERTIFICATE_KEY": home / "server.key"}
        for name in ("server.crt", "server.key"):
            (home / name).write_bytes((self.cluster.folder / "tls" / name).read_bytes())
        ports = {"PRIMARY_HOST": ADDRESS, "PRIMARY_PORT": self._primary, "POOLER_PORT": self._pgbouncer}
        values = {"DATABASE": DATABASE, "ADDRESS": ADDRESS, "FOLDER": home, **ports, **tls}
        (home / "pgbouncer.ini").write_text(filling.filled("pgbouncer.ini", values))
        (home / "users.txt").write_text(f'"{USER}" "{self.cluster.passwords[USER]}"\n')
        postgres.hand_over(home)
        command = [*as_postgres(home), self._programs["pgbouncer"], home / "pgbouncer.ini"]
        self._processes.start("pgbouncer", command, again=True)

    def _register(self) -> None:
        python, given = sys.executable, {"environment": self.environment(), "folder": ROOT}
        for name, port in self._web.items():
            granian: list[object] = [Path(python).parent / "granian", "--interface", "wsgi", "--host", ADDRESS]
            granian += [
                "--port",
                port,
                "--workers",
                1,
                "--blocking-threads",
                THREADS,
                "--no-ws",
                "--log-level",
                "warning",
            ]
            self._processes.start(name, [*granian, "lerarenregister.project.wsgi:application"], again=True, **given)  # type: ignore[arg-type]
        commands: dict[str, list[object]] = {
            **{
                f"provider-{slug}": ["-m", "demo.provider", "--config", self.var / "demo" / f"{slug}.json"]
                for slug, _, _ in PROVIDERS
            },
            "mail": ["-m", "demo.mailsink", "--port", self._ports.mail, "--mailbox", self.var / "demo"],
            "worker": ["manage.py", "db_worker", "--interval", "0.5"],
            "sealer": ["manage.py", "seal", "--every", "2"],
            "due": ["manage.py", "run_due", "--every", "15"],
        }
        told = {"environment": vault.environment(self._keys, self._vault_token), "folder": ROOT}
        self._processes.start("vault", [*vault.command(self._ports.vault)], again=True, **told)  # type: ignore[arg-type]
        for name, command in commands.items():
            self._processes.start(name, [python, *command], again=True, **given)  # type: ignore[arg-type]

    def _reached(self) -> bool:
        """Whether the way to the database is open."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def ready(self, name: str) -> bool:
        """Whether this web process says that visitors can come."""
        asked = urllib.request.Request(
            f"http://{ADDRESS}:{self._web[name]}/health/ready", headers={"Host": "localhost"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
