"""Open an administration office."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.accounts import actions
from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Open an administration office, to which boards can give mandates; prints its code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the office is called")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(actions.open_office(name=options["name"], viewer=COMMAND, at=clock.now()))
        except DomainError as error:
            raise CommandError(f"refused: {error}") from error
