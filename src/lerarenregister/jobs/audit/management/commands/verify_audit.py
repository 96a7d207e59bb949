"""Verify the log: every leaf, every root, every signature."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.audit import checkpoints, queries
from lerarenregister.audit.errors import LogDamaged
from lerarenregister.audit.keys import public_key
from lerarenregister.jobs.invariants import snapshot


class Command(BaseCommand):
    help = "Recompute the tree and check each signed head; exits with 1 and says where when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--key", default="", help="the public key (name+hash+base64), instead of that of the settings"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["key"]:
                origin, key = checkpoints.parse_verifier_key(options["key"])
            else:
                origin, key = settings.AUDIT_ORIGIN, public_key()
            with snapshot():  # the sealer goes on meanwhile
                state = queries.verify_log(key=key, origin=origin)
        except LogDamaged as error:
            raise CommandError(f"The log is damaged: {error}") from error
        self.stdout.write(
            f"The log is whole: {state.size} events under {state.heads} signed heads; {state.unsealed} wait."
        )
        self.stdout.write(f"Key: {checkpoints.verifier_key(origin, key)}")
        if state.checkpoint:
            self.stdout.write(state.checkpoint)
