"""Killed while it receives or delivers, a delivery ends whole or leaves nothing."""

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from lerarenregister.accounts.permissions import Role
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.register import actions
from lerarenregister.register.models import Delivery, DeliveryLine
from lerarenregister.register.rules.reading import Reader
from tests.databases import Fresh, fresh_database
from tests.register import cast
from tests.register.cast import AT, BOARD, csv_of

ROOT = Path(__file__).resolve().parents[2]
RESUME = (
    "from lerarenregister.jobs.register.due import resume_unfinished as resume; "
    "from lerarenregister.kernel.clock import now; resume(now())"
)
DUE_TOMORROW = (
    "from datetime import timedelta; from lerarenregister.jobs.register.due import destroy; "
    "from lerarenregister.kernel.clock import now; print(destroy(now() + timedelta(days=1)))"
)
OUR_INSTITUTIONS = "bestuursnummer;bestuursnaam;brin;volgnummer;naam;plaats;sector\n41234;Naam;01AB;00;De Eik;Ede;po\n"
TABLES = {
    "people": "SELECT e.staff_number, p.family_name, p.line FROM register_personversion p "
    "JOIN register_employee e ON e.id = p.employee_id ORDER BY 1, 2, 3",
    "appointments": "SELECT e.staff_number, v.begin, v.until, v.withdrawn, v.line, v.superseded_at IS NULL "
    "FROM register_appointmentversion v JOIN register_appointment a ON a.id = v.appointment_id "
    "JOIN register_employee e ON e.id = a.employee_id ORDER BY 1, 2, 3",
    "lines": 'SELECT number, outcome, "column", reason, passed FROM register_deliveryline ORDER BY 1',
    "events": "SELECT name, count(*) FROM audit_auditevent GROUP BY 1 ORDER BY 1",
    "delivery": "SELECT state, lines, counts FROM register_delivery",
}


def run(database: Fresh, *arguments: str, wait: bool = True) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", *arguments]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=database.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    if wait:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def state(database: Fresh) -> dict[str, list[Any]]:
    return {name: database.rows(statement) for name, statement in TABLES.items()}


def delivered_lines(database: Fresh) -> int:
    return int(database.rows("SELECT count(*) FROM register_deliveryline WHERE passed = 2")[0][0])


def staged_lines(database: Fresh) -> int:
    return int(database.rows("SELECT count(*) FROM register_deliveryline")[0][0])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Seven thousand lines about half as many people, some of them refused."""
    lines = []
    for number in range(3_500):
        lines.append({"personeelsnummer": f"p{number}", "begin": "2018-08-01", "einde": "2018-12-31"})
        lines.append({"personeelsnummer": f"p{number}", "begin": "2019-01-01" if number % 5 else "2018-10-01"})
    path = tmp_path / "levering.csv"
    path.write_bytes(csv_of(*lines))
    return path


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Fresh]:
    """A database of its own in which the board is known."""
    with fresh_database(tmp_path / "whole") as database:
        (database.var / "institutions.csv").write_text(OUR_INSTITUTIONS)
        run(database, "migrate", "-v0")
        run(database, "import_institutions", str(database.var / "institutions.csv"), "--as-of", "2010-01-01")
        yield database


def test_a_delivery_killed_in_the_middle_is_resumed_whole(tmp_path: Path, whole: Fresh, file: Path) -> None:
    with fresh_database(tmp_path / "killed", like=whole) as killed:
        run(whole, "deliver", str(file), "--board", BOARD)
        process = run(killed, "deliver", str(file), "--board", BOARD, wait=False)
        kills, chance = 0, random.Random(7)
        while kills < 2:
            seen = delivered_lines(killed)
            deadline = time.monotonic() + 60
            while process.poll() is None and delivered_lines(killed) == seen and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(chance.random() * 0.15)
            if process.poll() is not None:
                break
            kill(process)
            kills += 1
            assert 0 < delivered_lines(killed) <= 7_000
            process = run(killed, "shell", "-v0", "-c", RESUME, wait=False)
        process.communicate(timeout=120)
        run(killed, "shell", "-v0", "-c", RESUME)
        assert kills > 0
        assert state(killed) == state(whole)


def test_a_delivery_killed_while_it_is_received_is_cleared_and_can_be_delivered_again(
    tmp_path: Path, whole: Fresh, file: Path
) -> None:
    # The command reads by the megabyte, so the file is made longer by a column that we do not read.
    longer = [line + ";" + "x" * 150 for line in file.read_text().splitlines()]
    file.write_text("\r\n".join(longer) + "\r\n")
    pipe, data = tmp_path / "pipe.csv", file.read_bytes()
    os.mkfifo(pipe)
    process = run(whole, "deliver", str(pipe), "--board", BOARD, wait=False)
    with pipe.open("wb", buffering=0) as writing:
        # Most of the file, then nothing: the command waits for the rest of it when it is killed.
        writing.write(data[: len(data) // 10 * 9])
        deadline = time.monotonic() + 60
        while process.poll() is None and not staged_lines(whole) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert process.poll() is None
        kill(process)
    run(whole, "run_due")
    assert whole.rows("SELECT state FROM register_delivery") == [("receiving",)], "its term has not passed"
    assert 0 < staged_lines(whole) < 7_000
    for _ in range(2):
        run(whole, "shell", "-v0", "-c", DUE_TOMORROW)
        assert whole.rows("SELECT state, refusal FROM register_delivery") == [("refused", "interrupted")]
        assert staged_lines(whole) == 0
        closed = "SELECT count(*) FROM audit_auditevent WHERE name = 'register.ReceptionClosed'"
        assert whole.rows(closed) == [(1,)]
    run(whole, "deliver", str(file), "--board", BOARD)
    assert whole.rows("SELECT state FROM register_delivery ORDER BY id") == [("refused",), ("delivered",)]
    assert delivered_lines(whole) == 7_000


def failing(error: BaseException) -> Callable[..., Any]:
    """A reader of bytes that dies after the first two thousand lines."""
    feed = Reader.feed

    def feed_once(self: Reader, chunk: bytes) -> Any:
        if self.count:
            raise error
        return feed(self, chunk)

    return feed_once


def nothing_is_left() -> bool:
    return not Delivery.objects.exists() and not DeliveryLine.objects.exists() and not deliveries_in_the_log()


def deliveries_in_the_log() -> bool:
    return AuditEvent.objects.filter(name__startswith="register.Delivery").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt(), MemoryError()])
def test_what_stops_a_reception_leaves_nothing_behind(
    error: BaseException, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chunks() -> Iterator[bytes]:
        yield file.read_bytes()
        assert DeliveryLine.objects.count() > 0
        raise error

    with pytest.raises(type(error)):
        actions.receive(board=BOARD, chunks=chunks(), viewer=cast.staff(), at=AT)
    assert nothing_is_left()


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
def test_a_file_that_can_not_be_read_to_its_end_leaves_nothing_behind(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(200_000)

    monkeypatch.setattr(Path, "open", lambda *_, **__: Torn(file_bytes))
    file_bytes = csv_of(*[{"personeelsnummer": f"p{number}"} for number in range(3_000)])
    with pytest.raises(CommandError, match="can not be read: Input/output error"):
        call_command("deliver", "levering.csv", "--board", BOARD)
    assert nothing_is_left()


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
def test_an_upload_that_dies_while_it_is_read_leaves_nothing_behind(
    error: BaseException, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = Client(), clock.now()
    account = cast.sign_in(client, at=now, person_bound=False, who=cast.JUDGE, subject="joke")
    cast.give_role(account, Role.BOARD_STAFF, BOARD, at=now)
    monkeypatch.setattr(Reader, "feed", failing(error))
    upload = SimpleUploadedFile("levering.csv", file.read_bytes(), content_type="text/csv")
    with pytest.raises(type(error)):
        client.post(f"/bestuur/{BOARD}/aanleveren/", {"bestand": upload})
    assert nothing_is_left()
