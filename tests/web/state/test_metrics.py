"""Figures for a program: only for who has the token, right in a server of several processes, and never of a person."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.jobs.parts import PARTS, DuePart
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox import actions as outbox
from lerarenregister.web.counting import count_refused_sign_in
from lerarenregister.web.sharing import share_counts
from tests import vaults
from tests.attacks import cast
from tests.register.cast import csv_of, deliver, institutions

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "a-token-of-the-tests-" + "x" * 20
ALLOWED = {"route", "method", "status", "check", "state", "part", "le", "process"}


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def asked(authorization: str = f"Bearer {TOKEN}") -> Any:
    return Client().get("/metrics", headers={"authorization": authorization})


def figures() -> dict[str, float]:
    """Each figure by its name and labels."""
    answer = asked()
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_without_the_token_it_is_not_there(said: str) -> None:
    absent, refused = Client().get("/er-is-niets/"), asked(said)
    assert refused.status_code == absent.status_code == 404
    passing = re.compile(r'name="(?:csrfmiddlewaretoken|eenmalig)" value="[^"]*"|/metrics|/er-is-niets/')
    assert passing.sub("", refused.content.decode()) == passing.sub("", absent.content.decode())


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer "])
def test_without_the_setting_nobody_reads_it(settings: Settings, said: str) -> None:
    settings.METRICS_TOKEN = ""
    assert asked(said).status_code == 404


def test_it_begins_no_session_and_no_cache_keeps_it() -> None:
    answer = asked()
    assert "sessie" not in answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_requests_are_counted_by_pattern_and_kind_of_status() -> None:
    name = 'lerarenregister_requests_total{method="GET",route="/activeren/<str:code>/",status="2xx"}'
    before = figures().get(name, 0)
    Client().get("/activeren/ABCD-EFGH-JKMN-PQRS5/")
    Client().get("/nergens/geheim/")
    after = figures()
    assert after[name] == before + 1
    assert after['lerarenregister_requests_total{method="GET",route="none",status="4xx"}'] >= 1
    assert after['lerarenregister_request_duration_seconds_count{route="/activeren/<str:code>/"}'] >= 1


def test_refused_sign_ins_are_counted_by_the_check() -> None:
    count_refused_sign_in("nonce")
    count_refused_sign_in("Bea <b@example.org>")
    found = figures()
    assert found['lerarenregister_sign_ins_refused_total{check="nonce"}'] >= 1
    assert found['lerarenregister_sign_ins_refused_total{check="other"}'] >= 1


def test_what_waits_in_the_log_the_mail_and_the_register_is_told_with_its_age() -> None:
    institutions()
    at = clock.now()
    with transaction.atomic():
        outbox.queue(template="test", reference=new_id(), values={}, at=at - timedelta(hours=2))
    deliver(csv_of({}), at=at - timedelta(hours=1))
    found = figures()
    assert found["lerarenregister_events_unsealed"] > 3
    assert found["lerarenregister_events_oldest_unsealed_seconds"] > 3000
    assert found['lerarenregister_messages{state="waiting"}'] == 1
    assert found["lerarenregister_messages_oldest_waiting_seconds"] >= 7200
    assert found['lerarenregister_deliveries{state="delivered"}'] == 1
    assert found['lerarenregister_deliveries{state="expired"}'] == 0
    assert found["lerarenregister_disk_free_bytes"] > 0
    assert abs(found["lerarenregister_clock_difference_seconds"]) < 5
    call_command("seal")
    assert figures()["lerarenregister_events_unsealed"] == 0


def test_each_part_of_the_daily_work_tells_when_it_last_went_well() -> None:
    def fails(at: Any) -> str:
        raise OSError("the disk is full")

    name = 'lerarenregister_daily_work_done_timestamp_seconds{part="mail"}'
    assert figures()[name] == 0
    call_command("run_due")
    assert figures()[name] == pytest.approx(clock.now().timestamp(), abs=60)
    before = list(PARTS)
    PARTS[:] = [DuePart("mail", fails)]
    try:
        with pytest.raises(SystemExit):
            call_command("run_due")
    finally:
        PARTS[:] = before
    assert figures()['lerarenregister_daily_work_failing{part="mail"}'] == 1


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="there is no vault without the portfolio")
def test_a_vault_that_is_away_is_told() -> None:
    assert figures()["lerarenregister_vault_up"] == 1
    with vaults.away():
        assert figures()["lerarenregister_vault_up"] == 0


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="there is no vault without the portfolio")
def test_a_vault_that_answers_and_can_open_nothing_is_told(vault: vaults.Here) -> None:
    store = vault().store.path
    store.rename(store.with_suffix(".away"))
    store.mkdir()
    vault().store._forget_writer()
    assert figures()["lerarenregister_vault_up"] == 0


def test_no_label_says_anything_of_a_person() -> None:
    world = cast.world()
    for browser in world.browsers.values():
        for path in ("/", "/mijn-registratie/", f"/sessies/{world.ids['session']}/", "/wie-keek/?q=Colijn"):
            browser.client.get(path, headers={"user-agent": "Colijn"})
    said = " ".join(figures())  # names and labels: the digits of a figure may be those of anything
    assert set(re.findall(r'(\w+)="', said)) <= ALLOWED
    known = [*world.ids.values(), *(str(each.account) for each in world.browsers.values())]
    for word in (*known, cast.COLLEAGUE.family_name, cast.TEACHER.family_name, "1980"):
        assert word not in said


COUNT = """
import sys
from pathlib import Path
from lerarenregister.web.sharing import share_counts
share_counts(Path(sys.argv[1]))
from lerarenregister.web import counting
counting.count_request(route="/x/", method="GET", status=200, seconds=0.1)
from prometheus_client.exposition import generate_latest
print(generate_latest(counting.counted()).decode())
"""


def test_one_process_answers_for_all_of_its_server(tmp_path: Path) -> None:
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = [
        subprocess.run([sys.executable, "-c", COUNT, tmp_path], env=known, check=True, capture_output=True, text=True)
        for _ in range(3)
    ]
    assert 'lerarenregister_requests_total{method="GET",route="/x/",status="2xx"} 3.0' in said[-1].stdout


def test_what_a_server_that_has_gone_counted_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    share_counts(tmp_path)
    (ours,) = tmp_path.iterdir()
    host = ours.name.rpartition("-")[0]
    for name in (f"{host}-999999999", "another-machine-7", f"{host}-1"):
        (tmp_path / name).mkdir()
    share_counts(tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == {ours.name, "another-machine-7", f"{host}-1"}
