"""Do what is due: resume, send, destroy. Idempotent; run it every day or every minute."""

import logging
import signal
import threading
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections

from lerarenregister.jobs.machine import running
from lerarenregister.jobs.parts import PARTS, DuePart
from lerarenregister.kernel import clock
from lerarenregister.upkeep import actions
from lerarenregister.upkeep.rules import Doubt

_log = logging.getLogger(__name__)
_DOUBTS = {
    Doubt.CLOCKS_DIFFER: "the clocks of this machine and of the database differ",
    Doubt.WENT_BACK: "the clock is earlier than when it last destroyed",
    Doubt.LEAPT_AHEAD: "the clock went further ahead than this machine runs",
    Doubt.LONG_UNSEEN: "it did not run for two days, or the clock leapt ahead",
}


class Command(BaseCommand):
    help = "Do what is due in each domain and say what was done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds; 0 runs once and stops")
        parser.add_argument(
            "--today",
            metavar="YYYY-MM-DD",
            help="today's date, from another source than this clock: then a doubted clock that says so is believed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        vouched = bool(options["today"]) and self._agrees(options["today"])
        if vouched and options["every"]:
            raise CommandError("--today is for one round: leave --every out.")
        stop = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stop.set())
        while True:
            failed = self._round(vouched)
            if not options["every"]:
                if failed:
                    raise SystemExit(1)
                return
            if stop.wait(options["every"]):
                return

    def _agrees(self, said: str) -> bool:
        ours = clock.dutch_date(clock.now())
        try:
            today = date.fromisoformat(said)
        except ValueError as error:
            raise CommandError("--today wants a date as 2018-09-03.") from error
        if today != ours:
            raise CommandError(f"You say {today}, this clock says {ours}: put the clock right. Nothing was done.")
        return True

    def _round(self, vouched: bool) -> bool:
        """One round; a part that fails does not keep the others from their work. Whether anything failed."""
        believed = self._believed(vouched)
        failed = [part for part in PARTS if not self._done(part, destroy=believed)]
        return bool(failed) or believed is None

    def _believed(self, vouched: bool) -> datetime | None:
        """Up to which moment may be destroyed what is due: of the whole round, however long it takes; None when the
        clock is not believed."""
        at = clock.now()
        try:
            trust = actions.advance_horizon(machine=running(), at=at, vouched=vouched)
        except DatabaseError:
            _log.exception("the daily work could not ask whether to believe the clock")
            close_old_connections()
            return None
        if trust.doubt:
            _log.error("nothing is destroyed: the clock is doubted", extra={"check": str(trust.doubt)})
            self.stdout.write(
                f"nothing is destroyed: {_DOUBTS[trust.doubt]}. Look at the clock. Is it right? Then run, with "
                "the date of today from another source: manage.py run_due --today YYYY-MM-DD"
            )
        return at if trust.granted else None

    def _done(self, part: DuePart, *, destroy: datetime | None) -> bool:
        """Do one part; whether it went well. `destroy`: the moment up to which the clock was believed, if it was."""
        said, well = [], True
        for step, moment in ((part.work, clock.now()), (part.destroy, destroy)):
            if step is None or moment is None:
                continue
            try:  # what can not be resumed or sent keeps nothing from being destroyed
                said.append(step(moment))
            except Exception:
                _log.exception("a part of the daily work failed", extra={"part": part.name})
                close_old_connections()
                well = False
        try:
            (actions.note_done if well else actions.note_failed)(part=part.name, at=clock.now())
        except DatabaseError:
            _log.exception("the daily work could not note how it went", extra={"part": part.name})
            close_old_connections()
            well = False
        if done := "; ".join(filter(None, said)):
            _log.info("a part of the daily work is done", extra={"part": part.name, "done": done})
            self.stdout.write(f"{part.name}: {done}")
        return well
