"""Seal the log: once, or every few seconds until stopped. One sealer at a time."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from lerarenregister.audit import actions
from lerarenregister.audit.checkpoints import verifier_key
from lerarenregister.audit.keys import signing_key
from lerarenregister.kernel import clock

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Give committed events their place in the tree and sign the new head."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds; 0 seals once and stops")
        parser.add_argument(
            "--public-key", action="store_true", help="print AUDIT_VERIFIER_KEY for the others, and stop"
        )
        parser.add_argument("--most", type=int, default=500, help="events in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        key = signing_key()
        if options["public_key"]:
            self.stdout.write(verifier_key(settings.AUDIT_ORIGIN, key.public_key()))
            return
        stop = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stop.set())
        while True:
            try:
                sealed = actions.seal(key=key, origin=settings.AUDIT_ORIGIN, at=clock.now(), most=options["most"])
            except DatabaseError:
                if not options["every"]:
                    raise
                _log.warning("sealing waits", exc_info=True)
                close_old_connections()
                sealed = 0
            # A full round means that more waits. Otherwise a pause: a round costs the acts beside it some time, and
            # with one in two seconds less than one act in a hundred meets it (`python -m bench sealing`).
            full = sealed == options["most"]
            if not full and (not options["every"] or stop.wait(options["every"])):
                return
            if stop.is_set():
                return
