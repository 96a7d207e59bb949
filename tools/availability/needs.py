"""What a drill needs of this machine. Nothing is begun before all of it is there."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tools import postgres

PACKAGES = {"etcd": "etcd-server", "patroni": "patroni", "patronictl": "patroni", "haproxy": "haproxy"}
POOLER = {"pgbouncer": "pgbouncer"}
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"


class Missing(Exception):
    """Something is not installed; the message says which packages."""


def found(
    *, pooler: bool, which: Callable[[str], str | None] = lambda name: shutil.which(name, path=_PATH)
) -> dict[str, str]:
    """The programs by name; raises Missing with all packages that are missing."""
    wanted = PACKAGES | (POOLER if pooler else {})
    programs = {name: which(name) for name in wanted}
    missing = {wanted[name] for name, path in programs.items() if path is None}
    if postgres.binaries() is None:
        missing |= {"postgresql", "postgresql-contrib"}
    if missing:
        raise Missing(
            f"Not installed: {' '.join(sorted(missing))}. On Debian: apt-get install {' '.join(sorted(missing))}"
        )
    return {name: path for name, path in programs.items() if path}


def as_postgres(home: Path) -> list[str]:
    """What goes before a command that root may not run: PostgreSQL and pgbouncer refuse to be root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "env", f"HOME={home}"]
