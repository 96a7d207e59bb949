"""A PostgreSQL of our own for tests and benchmarks: in a temporary folder, by socket, gone afterwards."""

import contextlib
import glob
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
DURABLE = "-c fsync=on -c synchronous_commit=on"
SURE = "-c fsync=off -c full_page_writes=on -c synchronous_commit=on"
"""Survives the death of every process, not that of the machine: what the operating system took stays."""


def binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl` of the newest PostgreSQL with btree_gist, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(Path(path).parts[4]))
    for initdb in reversed(found):
        version = Path(initdb).parts[4]
        if Path(f"/usr/share/postgresql/{version}/extension/btree_gist.control").exists():
            return Path(initdb).parent
    return None


def install() -> None:
    """Install PostgreSQL with contrib by apt, where that is allowed (root on Debian or Ubuntu)."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "postgresql", "postgresql-contrib"],
        ):
            subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def server(options: str = FAST, *, base: Path | None = None) -> Iterator[str]:
    """Start a server and yield its DATABASE_URL. It listens on a socket only. Root hands it to the user `postgres`.

    `base`: go on from this folder of data, such as a base backup, which is taken over; else a new, empty one.
    """
    bin_folder = binaries()
    if bin_folder is None:
        sys.exit("PostgreSQL with contrib is needed: apt-get install postgresql postgresql-contrib")
    folder = Path(tempfile.mkdtemp(prefix="lr-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    initdb = [*as_user(), str(bin_folder / "initdb"), "-D", f"{folder}/data", "-U", "app", "-A", "trust", "-E", "UTF8"]
    try:
        if base is None:
            command = [*initdb, "--no-sync", "--locale=C.UTF-8"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/tmp")
        else:
            shutil.move(base, folder / "data")
            hand_over(folder / "data")
        start(folder, options)
        yield f"postgresql://app@/postgres?host={quote(str(folder), safe='')}"
    finally:
        stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path, options: str = DURABLE) -> None:
    """Start the server whose home is this folder, and wait until it answers."""
    settings = (
        f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60 -c shared_buffers=256MB"
    )
    command = [*_control(folder), "-w", "-l", f"{folder}/log", "-o", f"{settings} {options}", "start"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/tmp")


def stop(folder: Path) -> None:
    """Stop it at once, without a checkpoint: what was committed is in the WAL."""
    command = [*_control(folder), "-m", "immediate", "-w", "stop"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")


def _control(folder: Path) -> list[str]:
    return [*as_user(), str((binaries() or Path()) / "pg_ctl"), "-D", f"{folder}/data"]


def as_user() -> list[str]:
    """How root becomes the user of the server; nothing when we are not root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []


def hand_over(folder: Path) -> None:
    """Let the server read and write this folder, when we are root and it is not."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                shutil.chown(path, "postgres", "postgres")
