"""The application that the settings of the faults install."""

import os
from datetime import timedelta
from pathlib import Path

from django.apps import AppConfig

from tests.faults import points


class StruckConfig(AppConfig):
    """Looks at each point whether `FAULTS/<role>` asks for a fault: its name, how many points to go, and bytes of room.

    `FAULTS/<role>.clock` says by how many seconds the clock of this process is wrong.
    """

    name = "tests.faults.struck"

    def ready(self) -> None:
        """Called once when Django is ready."""
        points.install()
        asked = Path(os.environ["FAULTS"]) / os.environ["FAULT_ROLE"]
        points.arm(Asked(asked))
        clock = asked.with_suffix(".clock")
        if clock.exists():
            points.skew(timedelta(seconds=int(clock.read_text())))


class Asked(points.Struck):
    """Waits for the file, and takes it away: one file is one fault."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._to_go: int | None = None

    def point(self, name: str) -> None:
        """This process is at a point now."""
        if self._to_go is None and self._file.exists():
            fault, to_go, room = self._file.read_text().split()
            self._to_go, self.fault, self.room = int(to_go), fault, int(room)
            self._file.unlink()
        if self._to_go is None:
            return
        self._to_go -= 1
        if self._to_go < 0:
            self._to_go = None
            self._file.with_suffix(".struck").write_text(name)
            points.FAULTS[self.fault](self.room)
