"""`manage.py end_sessions`: everybody signs in anew, for example after a backup was put back."""

from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand

from lerarenregister.accounts.actions import sessions
from lerarenregister.accounts.permissions import COMMAND
from lerarenregister.kernel import clock


class Command(BaseCommand):
    help = "End all sessions of everybody; sessions that ended after the backup that was put back are among them."

    def handle(self, *args: Any, **options: Any) -> None:
        ended = sessions.end_everybodys_sessions(viewer=COMMAND, at=clock.now())
        Session.objects.all().delete()  # the sealed keys of portfolios in them, too
        self.stdout.write(f"{ended} sessions ended.")
