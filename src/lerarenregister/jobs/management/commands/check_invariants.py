"""Look for what may never be in anything stored. Reads only, also while the register is at work."""

from typing import Any

from django.core.management.base import BaseCommand

from lerarenregister.jobs.invariants import INVARIANTS, snapshot
from lerarenregister.kernel import clock


class Command(BaseCommand):
    help = "Say, in words and ids, what may never be; exits with 1 when there is anything."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for part in INVARIANTS:
            with snapshot():
                for finding in part.broken(clock.now()):
                    found += 1
                    self.stdout.write(f"{part.name}: {finding}")
        if found:
            self.stdout.write(f"{found} findings.")
            raise SystemExit(1)
        self.stdout.write(f"Nothing that may never be ({', '.join(part.name for part in INVARIANTS)}).")
