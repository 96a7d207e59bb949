"""`manage.py expire_key_backups FOLDER`: backups of keys that have had the term of the rulebook go."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.jobs.backups import keystore
from lerarenregister.jobs.backups.folders import BackupRefused
from lerarenregister.kernel import clock
from lerarenregister.register.rulebook import TERMS


class Command(BaseCommand):
    help = "Deletes backups of keys older than the term of the rulebook; a wrong clock deletes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--after-pause", action="store_true", help="no backups were made for longer than the term")

    def handle(self, *args: Any, **options: Any) -> None:
        pause = options["after_pause"]
        try:
            gone, left = keystore.expire(options["folder"], at=clock.now(), term=TERMS.key_backup, after_pause=pause)
        except (BackupRefused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{gone} backups of keys deleted, {left} left; the term is {TERMS.key_backup.days} days.")
