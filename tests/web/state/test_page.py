"""The page for an operator: what goes well and what does not, in words, and nobody's data."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import translation

from lerarenregister.accounts.permissions import Role
from lerarenregister.audit.queries import SealingState
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox import actions as outbox
from lerarenregister.outbox.queries import OutboxState
from lerarenregister.person.queries import ObjectionsState
from lerarenregister.register.queries.state import RegisterState
from lerarenregister.upkeep.queries import PartState, RetentionState
from lerarenregister.upkeep.rules import Doubt
from lerarenregister.web.state.gathering import State
from lerarenregister.web.state.words import in_words
from tests.attacks import cast
from tests.register.cast import csv_of, deliver, institutions
from tests.web.test_languages import dutch_in

NOW = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
ADDRESS = "/beheer/stand/"


def state(**changes: Any) -> State:
    """A state in which all is well, with these changes."""
    well = {
        "at": NOW,
        "sealing": SealingState(1, NOW - timedelta(seconds=2), NOW - timedelta(seconds=2)),
        "outbox": OutboxState(0, 0, None),
        "register": RegisterState((), None, 0, 0),
        "objections": ObjectionsState(0, 0),
        "parts": [PartState("mail", NOW - timedelta(minutes=1), None)],
        "vaults": [""],
        "disk_free": 50 * 10**9,
        "disk_size": 100 * 10**9,
        "clock_difference": timedelta(milliseconds=3),
        "retention": RetentionState(NOW, None),
    }
    return State(**(well | changes))


def wrong(missing: int = 0, **changes: Any) -> list[str]:
    """What needs attention, each with its words."""
    said = in_words(state(**changes), migrations_missing=missing)
    return [f"{each.name}: {each.how} {each.remedy}" for each in said if not each.well]


def hours(number: float) -> datetime:
    return NOW - timedelta(hours=number)


TROUBLES: list[tuple[dict[str, Any], list[str]]] = [
    ({"missing": 2}, ["2 wijzigingen", "manage.py migrate"]),
    (
        {"sealing": SealingState(7, hours(2), hours(3))},
        ["3 september 2018, 08:00", "7 gebeurtenissen", "manage.py seal"],
    ),
    ({"sealing": SealingState(1, hours(2), None)}, ["nog niets verzegeld", "1 gebeurtenis wacht"]),
    ({"outbox": OutboxState(3, 1, hours(5))}, ["3 berichten wachten", "1 bericht kon niet", "SMTP_HOST"]),
    ({"register": RegisterState((), hours(3), 0, 0)}, ["Het oudste bestand", "db_worker"]),
    ({"register": RegisterState((), None, 4, 1)}, ["4 beoordelingen wachten", "1 is te laat"]),
    ({"objections": ObjectionsState(2, 1)}, ["2 bezwaren wachten", "1 is te laat", "noemt een termijn"]),
    ({"parts": [PartState("mail", None, None)]}, ["nog nooit", "run_due"]),
    ({"parts": [PartState("register", hours(30), None)]}, ["laatst goed op 2 september", "elke dag"]),
    ({"parts": [PartState("x", hours(2), hours(1))]}, ["Dagelijks werk: x", "Daarna ging het mis"]),
    ({"vaults": ["away"]}, ["antwoordt niet goed", "krijgt haar portfolio niet open", "VAULT_URL"]),
    ({"disk_free": 5 * 10**9}, ["5 GB is vrij", "5 procent", "Maak ruimte"]),
    ({"disk_free": 10**8, "disk_size": 10**8}, ["Maak ruimte"]),
    ({"retention": RetentionState(hours(80), Doubt.LONG_UNSEEN)}, ["31 augustus 2018", "nu niets gewist", "run_due"]),
    ({"retention": RetentionState(NOW, Doubt.LEAPT_AHEAD)}, ["sprong vooruit", "run_due --today"]),
    ({"retention": RetentionState(NOW, Doubt.WENT_BACK)}, ["teruggezet", "run_due --today"]),
    ({"retention": RetentionState(NOW, Doubt.CLOCKS_DIFFER)}, ["meer dan tien minuten", "run_due --today"]),
    ({"clock_difference": timedelta(seconds=-40)}, ["40 seconden", "NTP"]),
]


def test_a_register_that_is_well_needs_no_attention() -> None:
    assert wrong() == []


@pytest.mark.parametrize(("changes", "words"), TROUBLES)
def test_each_trouble_is_said_in_words_with_what_to_do(changes: dict[str, Any], words: list[str]) -> None:
    (said,) = wrong(**changes)
    assert [word for word in words if word not in said.replace("\xa0", " ")] == []


@pytest.mark.parametrize(("changes", "_"), TROUBLES)
def test_each_trouble_is_said_in_english_too(changes: dict[str, Any], _: list[str]) -> None:
    with translation.override("en"):
        assert dutch_in(" ".join(wrong(**changes))) == []


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        (lambda age: {"sealing": SealingState(1, NOW - age, NOW)}, timedelta(minutes=5)),
        (lambda age: {"outbox": OutboxState(1, 0, NOW - age)}, timedelta(hours=1)),
        (lambda age: {"register": RegisterState((), NOW - age, 0, 0)}, timedelta(minutes=30)),
        (lambda age: {"parts": [PartState("mail", NOW - age, None)]}, timedelta(hours=25)),
        (lambda age: {"clock_difference": age}, timedelta(seconds=2)),
    ],
)
def test_the_limit_itself_is_still_well(changes: Callable[[timedelta], dict[str, Any]], trouble: timedelta) -> None:
    assert wrong(**changes(trouble)) == []
    assert len(wrong(**changes(trouble + timedelta(seconds=1)))) == 1


@pytest.fixture
def operator(db: None) -> Client:
    cast.sign_in("somebody")
    return cast.with_role("operator", Role.OPERATOR).client


def test_an_operator_reads_what_is_wrong_and_later_that_all_is_well(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Disk:
        free, total = 50 * 10**9, 100 * 10**9

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk)
    institutions()
    deliver(csv_of({}), at=clock.now() - timedelta(hours=1))
    with transaction.atomic():
        outbox.queue(template="x", reference=new_id(), values={}, at=clock.now() + timedelta(days=1))  # not due yet
    page = operator.get(ADDRESS).content.decode()
    assert "wachten op verzegeling" in page
    assert "Kijk of manage.py seal draait" in page
    assert "Ging nog nooit goed." in page
    call_command("seal")
    call_command("run_due")
    call_command("seal")
    page = operator.get(ADDRESS).content.decode()
    assert "Alles gaat goed." in page
    assert "Vraagt aandacht" not in page


def test_the_page_shows_nobody_and_is_in_the_menu_of_operators_alone(operator: Client) -> None:
    world = cast.world()
    page = operator.get(ADDRESS).content.decode()
    assert ADDRESS in operator.get("/").content.decode()
    for word in (*world.ids.values(), cast.COLLEAGUE.family_name, cast.TEACHER.family_name, "41234"):
        assert word not in page
    for role in ("teacher", "manager", "support", "auditor"):
        client = world.browsers[role].client
        assert ADDRESS not in client.get("/").content.decode()
        assert client.get(ADDRESS).status_code == 404


def test_the_page_is_english_for_who_chose_it(operator: Client) -> None:
    operator.post("/taal/", {"taal": "en"})
    page = operator.get(ADDRESS).content.decode()
    assert "State of the register" in page
    assert dutch_in(page) == []
