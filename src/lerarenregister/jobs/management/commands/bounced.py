"""`manage.py bounced < notification`: a mail server hands over what came back to MAIL_FROM."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from lerarenregister.jobs.outbox.bounces import MOST_BYTES, NoBounce, came_back, note
from lerarenregister.kernel import clock


class Command(BaseCommand):
    help = "Reads one notification of mail that came back, from standard input; anything else is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        """The exit code is 0 also when it is something else: a mail server would send that back to us."""
        try:
            news = note(came_back(sys.stdin.buffer.read(MOST_BYTES + 1)), at=clock.now())
        except NoBounce as error:
            self.stdout.write(f"Left alone: {error}.")
        else:
            self.stdout.write("This address gets no more mail." if news else "That was known already.")
