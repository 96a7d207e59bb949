"""Print the processing log (Logboek Dataverwerkingen) of a period, one line of JSON for each person concerned."""

import json
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lerarenregister.audit.actions import note_processing_log
from lerarenregister.audit.activities import UnknownEvent
from lerarenregister.jobs.audit import processing_log
from lerarenregister.kernel import clock


class Command(BaseCommand):
    help = "Print the processing log of a period as lines of JSON (Logboek Dataverwerkingen)."

    def add_arguments(self, parser: CommandParser) -> None:
        when = "a day (2018-09-03: its first moment in the Netherlands) or a moment with its zone (2018-09-03T09:00Z)"
        parser.add_argument("--from", dest="begin", required=True, metavar="WHEN", help=f"the first moment: {when}")
        parser.add_argument("--until", required=True, metavar="WHEN", help="the moment that is no longer in it")

    def handle(self, *args: Any, **options: Any) -> None:
        begin, until = _moment("--from", options["begin"]), _moment("--until", options["until"])
        if begin >= until:
            raise CommandError("--until is not later than --from: the period is empty. --until is no longer in it.")
        at = clock.now()
        if until > at:
            raise CommandError(
                "--until lies in the future: what is still to come would be missing. Take a past moment."
            )
        if not settings.PSEUDONYM_KEY:
            raise CommandError("PSEUDONYM_KEY is not set. Make one with: openssl rand -base64 32, and keep it.")
        note_processing_log(begin=begin, until=until, at=at)
        try:
            for line in processing_log.lines(begin, until):
                self.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True))
        except UnknownEvent as error:
            raise CommandError(
                f"The event {error} belongs to no activity of reglement/v1/verwerkingen.toml; the lines end before it."
            ) from error


def _moment(option: str, text: str) -> datetime:
    """A day as its first moment, or a moment with a zone; raises CommandError."""
    try:
        if len(text) == len("2018-09-03"):
            return datetime.combine(date.fromisoformat(text), time(), clock.AMSTERDAM)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option} wants a day as 2018-09-03 or a moment as 2018-09-03T09:00Z.") from error
    if moment.tzinfo is None:
        raise CommandError(f"{option} has no zone: write 2018-09-03T09:00Z, or +02:00 behind it.")
    return moment
