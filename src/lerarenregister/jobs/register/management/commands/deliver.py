"""`manage.py deliver FILE --board NUMBER [--dry-run] [--report FILE.csv] [--language nl|en]`."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent
from lerarenregister.register import actions, queries
from lerarenregister.register.errors import DeliveryBusy, FileRefused
from lerarenregister.register.queries.wording import column_of, refusal_of

_CHUNK = 1 << 20


class Command(BaseCommand):
    help = "Delivers a file of a board: reads, checks and (without --dry-run) delivers it; good lines go through."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--board", required=True, help="the number of the board, five digits")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--report", type=Path, help="write the report per line to this CSV file")
        parser.add_argument(
            "--language",
            choices=[code for code, _ in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="the language of the report and of a refusal (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self._deliver(options)

    def _deliver(self, options: dict[str, Any]) -> None:
        try:
            received = actions.receive(
                board=options["board"], chunks=self._chunks(options["file"]), viewer=COMMAND, at=clock.now()
            )
        except OSError as error:
            raise CommandError(f"{options['file']} can not be read: {error.strerror}") from error
        except FileRefused as error:
            columns = f" ({', '.join(map(column_of, error.columns))})" if error.columns else ""
            raise CommandError(refusal_of(error.reason) + columns) from error
        except Absent as error:
            raise CommandError(f"There is no board {options['board']}.") from error
        if received.earlier:
            self.stdout.write("These bytes were delivered before; nothing changes. The earlier report:")
        else:
            self._work(received, dry_run=options["dry_run"])
        shown = queries.delivery_shown(received.delivery, viewer=COMMAND)
        self.stdout.write(
            f"{shown.lines} lines: " + ", ".join(f"{count} {outcome}" for outcome, count in shown.counts.items())
        )
        self.stdout.write(f"delivery {shown.id} is {shown.state}")
        if options["report"]:
            rows = queries.report_rows(received.delivery, viewer=COMMAND, at=clock.now())
            with options["report"].open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=";").writerows(rows)

    def _chunks(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def _work(self, received: actions.Received, *, dry_run: bool) -> None:
        def progress(done: int) -> None:
            self.stderr.write(f"\r{done} of {received.lines} lines", ending="")

        at = clock.now()
        try:
            if dry_run:
                actions.check(delivery=received.delivery, viewer=COMMAND, at=at)
            else:
                actions.deliver(delivery=received.delivery, viewer=COMMAND, at=at)
        except DeliveryBusy as error:
            raise CommandError("Another delivery of this board is being delivered now; try again later.") from error
        actions.continue_delivery(delivery=received.delivery, at=at, progress=progress)
        self.stderr.write("")
