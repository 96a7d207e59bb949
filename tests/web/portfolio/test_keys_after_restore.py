"""A database that was restored does not know who came after its backup; the key store does. She can go on."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from lerarenregister.accounts.models import Account, Identity, SignedInSession
from tests.web.portfolio.conftest import Person

pytestmark = pytest.mark.django_db


def test_who_came_after_the_backup_begins_anew_and_can_write(signed_in: Callable[..., Person], key_store: Path) -> None:
    first = signed_in("late")
    SignedInSession.objects.all().delete()  # as in a backup of before she came
    Identity.objects.all().delete()
    Account.objects.all().delete()
    again = signed_in("late")
    assert again.account != first.account
    again.written("Opnieuw begonnen")
    assert "Opnieuw begonnen" in signed_in("late").get("/portfolio/")


def rows(path: Path) -> list[tuple[bytes, bytes]]:
    with sqlite3.connect(path) as raw:
        found = raw.execute("SELECT locator, envelope FROM wrapped_key ORDER BY locator").fetchall()
    raw.close()
    return found


def test_a_key_is_left_as_it_is_while_something_is_stored(signed_in: Callable[..., Person], key_store: Path) -> None:
    teacher, other = signed_in("teacher"), signed_in("other")
    other.written("Van een ander")
    before = rows(key_store)
    SignedInSession.objects.all().delete()
    Identity.objects.filter(account_id=other.account).delete()
    Identity.objects.filter(account_id=teacher.account).update(account_id=other.account)
    assert signed_in("teacher").client.get("/portfolio/").status_code == 401
    assert rows(key_store) == before
