"""What a drill needs of this machine. Nothing is begun before all of it is there."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tools import postgres

PACKAGES = {"etcd": "etcd-server", "haproxy": "haproxy"}
POOLER = {"pgbouncer": "pgbouncer"}
OLDEST_PATRONI = (3, 0, 3)
"""Before it, a primary that hung and woke up takes the lock back from the one that took over, and what was acknowledged
meanwhile is lost (https://github.com/patroni/patroni/pull/2689). The drill saw it with 3.0.2, that of Debian 12."""
_OWN = "/opt/patroni/bin"
_PATH = f"{_OWN}:{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"
_HOW = (
    f"Patroni 3.0.3 or newer is needed; Debian 12 has an older one. In a place of its own: /usr/bin/python3 -m venv "
    f"{Path(_OWN).parent} && {_OWN}/pip install 'patroni[etcd3,psycopg3]' 'psycopg[binary]'"
)


class Missing(Exception):
    """Something is not installed, or too old; the message says what to install."""


def _which(name: str) -> str | None:
    return shutil.which(name, path=_PATH)


def _version(program: str) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout


def found(
    *, pooler: bool, which: Callable[[str], str | None] = _which, version: Callable[[str], str] = _version
) -> dict[str, str]:
    """The programs by name; raises Missing with everything that is missing."""
    wanted = PACKAGES | (POOLER if pooler else {})
    programs = {name: which(name) for name in (*wanted, "patroni", "patronictl")}
    missing = {package for name, package in wanted.items() if programs[name] is None}
    if postgres.binaries() is None:
        missing |= {"postgresql", "postgresql-contrib"}
    said = [f"Not installed. On Debian: apt-get install {' '.join(sorted(missing))}"] if missing else []
    patroni, control = programs["patroni"], programs["patronictl"]
    if patroni is None or control is None or _numbers(version(patroni)) < OLDEST_PATRONI:
        said.append(_HOW)
    if said:
        raise Missing("\n".join(said))
    return {name: path for name, path in programs.items() if path}


def _numbers(version: str) -> tuple[int, ...]:
    """`patroni 4.1.5` as numbers; nothing for what can not be read."""
    read = re.search(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(each) for each in read.groups()) if read else ()


def as_postgres(home: Path) -> list[str]:
    """What goes before a command that root may not run: PostgreSQL and pgbouncer refuse to be root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "env", f"HOME={home}"]
