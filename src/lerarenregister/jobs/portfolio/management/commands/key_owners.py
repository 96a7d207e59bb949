"""`manage.py key_owners | python -m vault move --from OLD`: once, when the vault takes over the first key store."""

from typing import Any

from django.core.management.base import BaseCommand

from lerarenregister.jobs.portfolio import owners


class Command(BaseCommand):
    help = "Says who has a portfolio key, for the vault alone: the lines hold personal data and go through a pipe."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in owners.lines():
            self.stdout.write(line)
