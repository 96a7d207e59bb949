"""Do what is due: resume, send, destroy. Idempotent; run it every day or every minute."""

import logging
import signal
import threading
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from lerarenregister.jobs.parts import PARTS
from lerarenregister.kernel import clock
from lerarenregister.upkeep import actions

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what is due in each domain and say what was done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds; 0 runs once and stops")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stop.set())
        while True:
            failed = self._round()
            if not options["every"]:
                if failed:
                    raise SystemExit(1)
                return
            if stop.wait(options["every"]):
                return

    def _round(self) -> bool:
        """One round; a part that fails does not keep the others from their work."""
        failed = False
        for part in PARTS:
            try:
                done = part.run(clock.now())
            except Exception:
                failed = True
                _log.exception("a part of the daily work failed", extra={"part": part.name})
                close_old_connections()
                with suppress(DatabaseError):  # it may be the database that failed
                    actions.note_failed(part=part.name, at=clock.now())
            else:
                actions.note_done(part=part.name, at=clock.now())
                if done:
                    _log.info("a part of the daily work is done", extra={"part": part.name, "done": done})
                    self.stdout.write(f"{part.name}: {done}")
        return failed
