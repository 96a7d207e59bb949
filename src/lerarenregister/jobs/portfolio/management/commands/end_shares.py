"""`manage.py end_shares`: no shared copy opens any more, for example after a backup was put back."""

from typing import Any

from django.core.management.base import BaseCommand

from lerarenregister.portfolio.sharing import actions


class Command(BaseCommand):
    help = "Remove all shared copies of everybody; copies taken back after the backup that was put back are among them."

    def handle(self, *args: Any, **options: Any) -> None:
        ended = 0
        while some := actions.end_some():
            ended += some
        self.stdout.write(f"{ended} shared copies ended.")
