"""Delivering killed at random points, again and again, ends exactly as if it had never been interrupted."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.register.cast import BOARD, csv_of

ROOT = Path(__file__).resolve().parents[2]
RESUME = (
    "from lerarenregister.jobs.register.due import resume_unfinished as resume; "
    "from lerarenregister.kernel.clock import now; resume(now())"
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


def run(var: Path, *arguments: str, wait: bool = True) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "VAR": str(var), "DATABASE_URL": f"sqlite:///{var}/r.sqlite3"}
    command = [sys.executable, "manage.py", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    if wait:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    return process


def state(var: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(var / "r.sqlite3")
    try:
        return {name: connection.execute(statement).fetchall() for name, statement in TABLES.items()}
    finally:
        connection.close()


def delivered_lines(var: Path) -> int:
    connection = sqlite3.connect(var / "r.sqlite3", timeout=20)
    try:
        return int(connection.execute("SELECT count(*) FROM register_deliveryline WHERE passed = 2").fetchone()[0])
    finally:
        connection.close()


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


def prepared(var: Path) -> Path:
    var.mkdir()
    (var / "institutions.csv").write_text(OUR_INSTITUTIONS)
    run(var, "migrate", "-v0")
    run(var, "import_institutions", str(var / "institutions.csv"), "--as-of", "2010-01-01")
    return var


def test_a_delivery_killed_in_the_middle_is_resumed_whole(tmp_path: Path, file: Path) -> None:
    whole, killed = prepared(tmp_path / "whole"), tmp_path / "killed"
    shutil.copytree(whole, killed)
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
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
        assert 0 < delivered_lines(killed) <= 7_000
        process = run(killed, "shell", "-v0", "-c", RESUME, wait=False)
    process.wait(timeout=120)
    run(killed, "shell", "-v0", "-c", RESUME)
    assert kills > 0
    assert state(killed) == state(whole)
