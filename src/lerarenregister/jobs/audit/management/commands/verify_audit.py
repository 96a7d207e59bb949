"""Verify the log: every leaf, every root, every signature."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lerarenregister.audit import checkpoints, queries
from lerarenregister.audit.errors import LogDamaged
from lerarenregister.jobs.audit.keys import signing_key


class Command(BaseCommand):
    help = "Recompute the tree and check each signed head; exits with 1 and says where when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        key = signing_key().public_key()
        try:
            state = queries.verify_log(key=key, origin=settings.AUDIT_ORIGIN)
        except LogDamaged as error:
            raise CommandError(f"The log is damaged: {error}") from error
        self.stdout.write(
            f"The log is whole: {state.size} events under {state.heads} signed heads; {state.unsealed} wait."
        )
        self.stdout.write(f"Key: {checkpoints.verifier_key(settings.AUDIT_ORIGIN, key)}")
        if state.checkpoint:
            self.stdout.write(state.checkpoint)
