"""Where a benchmark runs: settings of its own, a fresh migrated database, and an equal empty one for the peer."""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
AUDIT = ROOT / "bench" / "audit"
_KEY = base64.b64encode(b"benchmark" * 3 + b"12345").decode()


@contextmanager
def place(server: str | None, name: str) -> Iterator[dict[str, str]]:
    """The environment of one benchmark: databases on this PostgreSQL server, or SQLite files when it is None.

    DATABASE_URL is ours and BENCH_PEER_URL the peer's; both have the same tables, constraints and indexes.
    """
    with tempfile.TemporaryDirectory(prefix="lr-bench-") as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "lerarenregister.project.settings",
            "VAR": folder,
            "SECRET_KEY": "bench-" * 10,
            "CODE_HASH_KEY": "bench-" * 8,
            "VAULT_TOKEN": "bench-" * 6,
            "AUDIT_SIGNING_KEY": _KEY,
            "RATE_FACTOR": "1000",  # the limiter works as ever, and has room for one person who does the work of many
            "BASE_URL": "http://localhost:8000",
            "DATABASE_URL": _database(server, folder, f"{name}_ours"),
            "BENCH_PEER_URL": _database(server, folder, f"{name}_peer"),
        }
        for url in (environment["BENCH_PEER_URL"], environment["DATABASE_URL"]):
            manage({**environment, "DATABASE_URL": url}, "migrate", "-v0")
        manage(environment, "collectstatic", "--noinput", "-v0")
        yield environment


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a management command of the product in this environment; raises CalledProcessError."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _database(server: str | None, folder: str, name: str) -> str:
    if server is None:
        return f"sqlite:///{folder}/{name}.sqlite3"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def audit_missing() -> str:
    """What Lighthouse needs first, in words; "" when it is there."""
    if not shutil.which("node") or not shutil.which("chromium"):
        return "Lighthouse needs node (20 or newer) and Chromium: apt-get install nodejs npm chromium"
    if not (AUDIT / "node_modules" / "lighthouse").exists():
        return "Lighthouse is not installed: (cd bench/audit && npm ci --ignore-scripts)"
    return ""
