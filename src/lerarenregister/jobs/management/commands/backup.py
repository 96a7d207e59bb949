"""`manage.py backup --to FOLDER`: the database, without the keys."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.jobs.backups import databases
from lerarenregister.jobs.backups.folders import BackupRefused, refuse_beside_keys
from lerarenregister.kernel import clock


class Command(BaseCommand):
    help = "Backs up the database, as it is at one moment, while the register goes on (docs/how-to/backup.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="folder for backups; never that of the keys")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_beside_keys(options["to"])
            made, manifest = databases.back_up(options["to"], clock.now())
        except (BackupRefused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{made}: the log has {manifest.log_size} sealed events, and {manifest.log_unsealed} wait. "
            "The keys are not in it: python -m vault backup."
        )
