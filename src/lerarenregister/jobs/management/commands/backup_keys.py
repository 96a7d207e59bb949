"""`manage.py backup_keys --to FOLDER`: the key store, apart from everything else."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.jobs.backups import keystore
from lerarenregister.jobs.backups.folders import KEYS, BackupRefused, refuse_together
from lerarenregister.kernel import clock


class Command(BaseCommand):
    help = "Backs up the key store, wrapped as it is; let its backups age out with expire_key_backups."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="folder for backups; never that of the database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_together(options["to"], KEYS)
            made = keystore.back_up(options["to"], clock.now())
        except (BackupRefused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made}: of no use without KEYSTORE_WRAPPING_KEY, which is not in it.")
