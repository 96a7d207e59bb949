"""Health for a balancer: whether the process answers, and whether visitors can come; nothing about this machine."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from lerarenregister.kernel import clock
from lerarenregister.web.state import health
from tests import vaults
from tests.attacks import cast

LIVE, READY = "/health/live", "/health/ready"


@pytest.fixture(autouse=True)
def looked_anew() -> None:
    health.forget()


@pytest.fixture
def standing(db: None) -> None:
    """Somebody was here."""
    cast.sign_in("somebody")


def asked(path: str) -> tuple[int, Any]:
    answer = Client().get(path)
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    return answer.status_code, answer.json()


def test_alive_needs_no_database() -> None:
    assert asked(LIVE) == (200, {"status": "ok"})  # pytest-django fails a test that asks a database unasked


def test_ready_when_all_is_there(standing: None) -> None:
    assert asked(READY) == (200, {"status": "ok"})
    assert asked(LIVE) == (200, {"status": "ok"})


def test_a_database_that_does_not_answer_is_named(standing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise DatabaseError("could not connect to 10.0.0.7 as register")

    monkeypatch.setattr(health, "migrations_missing", broken)
    assert asked(READY) == (503, {"status": "failing", "failing": ["database"]})
    assert asked(LIVE)[0] == 200


def test_a_migration_that_was_not_made_is_named(standing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "migrations_missing", lambda: 2)
    assert asked(READY) == (503, {"status": "failing", "failing": ["migrations"]})


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="there is no vault without the portfolio")
def test_while_the_vault_is_away_visitors_can_come(standing: None) -> None:
    with vaults.away():
        assert asked(READY) == (200, {"status": "ok"})
        assert asked(LIVE) == (200, {"status": "ok"})


def test_asking_often_is_little_work(
    standing: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    asked(READY)
    with django_assert_num_queries(0):
        for _ in range(20):
            asked(READY)
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(seconds=2))
    monkeypatch.setattr(health, "migrations_missing", lambda: 1)
    assert asked(READY)[0] == 503
