"""`manage.py print_letters --board N --out DIR [--again]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.kernel import clock
from lerarenregister.register import actions, printing


class Command(BaseCommand):
    help = "Prints letters with new activation codes for people of a board without an account; older codes are void."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--board", required=True, help="the number of the board, five digits")
        parser.add_argument("--out", type=Path, required=True, help="folder for the PDF")
        parser.add_argument("--again", action="store_true", help="also for people whose last letter still works")

    def handle(self, *args: Any, **options: Any) -> None:
        printed = actions.print_letters(board=options["board"], viewer=COMMAND, at=clock.now(), again=options["again"])
        if not printed:
            self.stdout.write("There is nobody to write to.")
            return
        options["out"].mkdir(parents=True, exist_ok=True)
        path = options["out"] / f"brieven-{options['board']}.pdf"
        path.write_bytes(printing.pdf_of(printed))
        self.stdout.write(f"{len(printed)} letters in {path}")
