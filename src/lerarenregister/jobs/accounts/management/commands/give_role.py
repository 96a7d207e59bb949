"""Give a role to an account."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from lerarenregister.accounts import actions
from lerarenregister.accounts.oidc.providers import parse_providers
from lerarenregister.accounts.permissions import COMMAND, Role
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import DomainError
from lerarenregister.register.rulebook import terms_at


class Command(BaseCommand):
    help = (
        "Give a role to an account, named by its number or by its identity at a provider; prints the id of the grant."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=[each.value for each in Role])
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--account", type=UUID, help="the account number that its owner sees with her sessions")
        who.add_argument("--identity", metavar="SLUG:SUBJECT", help="opens the account when it is not there yet")
        parser.add_argument("--board", default="", help="board number, or the code of an office, for a role of one")
        parser.add_argument("--known-as", default="", help="how managers recognise this person in their list")
        parser.add_argument("--days", type=int, help="how long the role lasts; without it as long as the rulebook says")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        lasts = timedelta(days=options["days"]) if options["days"] is not None else terms_at(at).role
        try:
            with transaction.atomic():  # a role that is refused opens no account either
                grant = actions.give_role(
                    viewer=COMMAND,
                    account=options["account"] or self._account(options["identity"], at=at),
                    role=Role(options["role"]),
                    scope=options["board"],
                    known_as=options["known_as"],
                    ends_at=at + lasts,
                    at=at,
                )
        except DomainError as error:
            raise CommandError(f"refused: {error}") from error
        self.stdout.write(str(grant))

    def _account(self, identity: str, *, at: datetime) -> UUID:
        slug, _, subject = identity.partition(":")
        provider = parse_providers(settings.OIDC_PROVIDERS).get(slug)
        if provider is None or not subject:
            raise CommandError(f"refused: {slug} is not the slug of a provider, or the subject is missing")
        return actions.open_account(
            provider=provider.slug,
            issuer=provider.issuer,
            subject=subject,
            person_bound=provider.person_bound,
            at=at,
        )
