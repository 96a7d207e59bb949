"""`manage.py print_letters --board N --out DIR [--again]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.jobs.backups.folders import new_file
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import DomainError
from lerarenregister.register import actions, printing
from lerarenregister.register.actions.activation import MOST_LETTERS


class Command(BaseCommand):
    help = "Prints letters with new activation codes for people of a board without an account; older codes are void."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--board", required=True, help="the number of the board, five digits")
        parser.add_argument("--out", type=Path, required=True, help="folder for the PDF")
        parser.add_argument("--again", action="store_true", help="also for people whose last letter still works")

    def handle(self, *args: Any, **options: Any) -> None:
        at, board = clock.now(), options["board"]
        path = options["out"] / f"brieven-{board}.pdf"
        if path.exists():
            raise CommandError(f"{path} is there already: print those letters first, then move or remove the file.")
        options["out"].mkdir(parents=True, exist_ok=True)
        new_file(path)
        try:
            with transaction.atomic():  # letters that can not be written leave the codes of earlier ones as they are
                printed = actions.print_letters(board=board, viewer=COMMAND, at=at, again=options["again"])
                path.write_bytes(printing.pdf_of(printed) if printed else b"")
        except (DomainError, OSError) as error:
            path.unlink()
            raise CommandError(f"No letters were made: {error}.") from error
        if not printed:
            path.unlink()
            self.stdout.write("There is nobody to write to.")
            return
        self.stdout.write(f"{len(printed)} letters in {path}")
        if len(printed) == MOST_LETTERS and not options["again"]:
            self.stdout.write("More people may be waiting: print these, and run it again.")
