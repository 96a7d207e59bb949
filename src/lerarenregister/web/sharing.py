"""The folder in which the web processes of one server keep what they count, so that one of them answers for all."""

import os
import shutil
import socket
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The name by which prometheus_client knows it; it reads this once, when it is imported."""


def share_counts(folder: Path) -> None:
    """Count in files from now on, in a folder of this server alone; those of servers that have gone are removed.

    The processes of a server have one parent, and another server has another. Call it before anything is counted.
    """
    host = socket.gethostname()
    ours = folder / f"{host}-{os.getppid()}"
    ours.mkdir(mode=0o700, parents=True, exist_ok=True)
    for other in folder.glob(f"{host}-*"):
        parent = other.name.rpartition("-")[2]
        if other != ours and parent.isdecimal() and not _lives(int(parent)):
            shutil.rmtree(other, ignore_errors=True)
    os.environ[FOLDER] = str(ours)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
