"""End a role."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.accounts import actions
from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import DomainError


class Command(BaseCommand):
    help = "End a role now, by the id of its grant; a role that has ended stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("grant", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actions.end_role(viewer=COMMAND, grant=options["grant"], at=clock.now())
        except DomainError as error:
            raise CommandError(f"refused: {error}") from error
        self.stdout.write("ended")
