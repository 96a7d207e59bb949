"""`manage.py correct_figures --on 2018-10-01 --because "..."`."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions


class Command(BaseCommand):
    help = "Counts a reference day anew and publishes that as its next version, with the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, required=True, help="the reference day, as 2018-10-01")
        parser.add_argument("--because", required=True, help="what was wrong, for everybody to read; in Dutch")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"]
        try:
            differs = actions.correct_figures(on=on, why=options["because"], at=clock.now())
        except Absent as error:
            raise CommandError(f"Nothing was published of {on}: only what was can be corrected.") from error
        except Invalid as error:
            raise CommandError("Say what was wrong: everybody reads it beside the figures.") from error
        self.stdout.write(f"{on} has a new version." if differs else f"{on} comes out the same: nothing was published.")
