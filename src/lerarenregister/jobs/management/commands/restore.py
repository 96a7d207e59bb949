"""`manage.py restore --from BACKUP`: a backup of the database, into an empty place."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lerarenregister.audit.queries import log_state
from lerarenregister.jobs.backups import databases
from lerarenregister.jobs.backups.folders import BackupRefused, read_backup

_ENDS = {
    "sessions": "end all sessions: those that ended after the backup are at work again in it",
    "shares": "end all shared copies: those that were taken back after the backup open again in it",
}


class Command(BaseCommand):
    help = "Restores a backup into an empty place and looks whether everything is right; put back the vault first."
    requires_system_checks: list[str] = []  # noqa: RUF012  (Django's own name and form)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="source", type=Path, required=True, help="one backup: a folder with a manifest"
        )
        for what, said in _ENDS.items():
            parser.add_argument(f"--end-{what}", dest="ends", action="append_const", const=f"end_{what}", help=said)

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"]
        try:
            manifest = read_backup(source)
            databases.restore(source, manifest)
        except (BackupRefused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The database of {manifest.at} is back.")
        self._bring_up()
        state = log_state()
        if (state.size, state.checkpoint) != (manifest.log_size, manifest.checkpoint):
            raise CommandError(f"The log has {state.size} events under another head than the backup said.")
        for command in options["ends"] or ():
            call_command(command, stdout=self.stdout)
        call_command("verify_audit", stdout=self.stdout)
        call_command("check_invariants", stdout=self.stdout)

    def _bring_up(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("It is of an older version; its tables are brought up to this one.")
            call_command("migrate", verbosity=0, interactive=False)
