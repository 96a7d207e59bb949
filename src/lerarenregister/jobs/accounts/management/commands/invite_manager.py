"""Invite the first manager of a board, or somebody of an administration office."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.accounts import actions
from lerarenregister.accounts.permissions import COMMAND, Role
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import DomainError
from lerarenregister.register.rulebook import terms_at


class Command(BaseCommand):
    help = "Make an invitation for a manager of a board, or for an office; prints its code, once: it is not kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("board", help="board number, five digits; or the code of an office")
        parser.add_argument("--known-as", default="", help="how colleagues recognise this person in their list")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        terms = terms_at(at)
        try:
            made = actions.create_invitation(
                viewer=COMMAND,
                role=Role.OFFICE if options["board"].startswith("K") else Role.BOARD_MANAGER,
                scope=options["board"],
                known_as=options["known_as"],
                role_ends_at=at + terms.role,
                valid=terms.invitation,
                at=at,
            )
        except DomainError as error:
            raise CommandError(f"refused: {error}") from error
        self.stdout.write(str(made.code))
