"""Two sealers at once, killed at random moments while events come in: the log is whole all the same."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.databases import Fresh, fresh_database

ROOT = Path(__file__).resolve().parents[2]
WRITE = """
import sys, time
from dataclasses import dataclass
from django.db import transaction
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor, Consultation, Reason
from lerarenregister.kernel.clock import now
for number in range(400):
    with transaction.atomic():
        record(Consultation(Reason.ROLES_ARE_MANAGED), actor=Actor(None, "command"), at=now())
    time.sleep(0.002)
"""


def start(database: Fresh, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=database.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def finish(process: subprocess.Popen[bytes]) -> str:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()
    return said.decode()


def test_two_sealers_and_kill_nine_leave_a_whole_log(tmp_path: Path) -> None:
    chance = random.Random(5)
    with fresh_database(tmp_path / "log") as database:
        finish(start(database, "migrate", "-v0"))
        writer = start(database, "shell", "-v0", "-c", WRITE)
        sealers = [start(database, "seal", "--every", "0.005", "--most", "7") for _ in range(2)]
        for round_ in range(3):
            time.sleep(0.8 + chance.random() / 2)
            victim = sealers[round_ % 2]
            victim.send_signal(signal.SIGKILL)
            victim.communicate()
            sealers[round_ % 2] = start(database, "seal", "--every", "0.005", "--most", "7")
        finish(writer)
        for sealer in sealers:
            sealer.send_signal(signal.SIGTERM)
            sealer.communicate(timeout=30)
        finish(start(database, "seal"))
        said = finish(start(database, "verify_audit"))
        assert "The log is whole: 400 events" in said
        assert "; 0 wait" in said
