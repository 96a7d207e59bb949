"""`manage.py import_institutions FILE --as-of DATE [--format duo-po|own]`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.kernel import clock
from lerarenregister.register.actions import import_institutions
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules.institution_files import Layout, read


class Command(BaseCommand):
    help = "Imports boards, institutions and locations as they are on a date (docs/reference/institutions-csv.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the date of the file, YYYY-MM-DD")
        parser.add_argument("--format", choices=[layout.value for layout in Layout], help="default: by the header")

    def handle(self, *args: Any, **options: Any) -> None:
        layout = Layout(options["format"]) if options["format"] else None
        try:
            data = options["file"].read_bytes()
            report = import_institutions(
                rows=read(data, layout), as_of=options["as_of"], viewer=COMMAND, at=clock.now()
            )
        except OSError as error:
            raise CommandError(f"{options['file']} can not be read: {error.strerror}") from error
        except FileRefused as error:
            raise CommandError(f"The file is refused, nothing was changed: {error}") from error
        self.stdout.write(
            f"{report.rows} rows read; {report.new_boards} new boards; {report.changed} facts added or changed."
        )
        if report.absent:
            shown = ", ".join(report.absent[:20]) + (" ..." if len(report.absent) > 20 else "")
            self.stdout.write(f"{len(report.absent)} known locations are absent from the file; they stay open: {shown}")
