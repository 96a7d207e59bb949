"""Starting the web server's entry point in a process of its own, with settings of the test's."""

import os
import subprocess
import sys
from pathlib import Path

from lerarenregister.project import settings


def start(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Load the web server's entry point in a process of its own."""
    known = {**os.environ, "VAR": str(folder), **environment}
    known = {name: value for name, value in known.items() if value != "(unset)"}
    return subprocess.run(
        [sys.executable, "-c", "import lerarenregister.project.wsgi"],
        env={**known, "PYTHONPATH": str(settings.ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
