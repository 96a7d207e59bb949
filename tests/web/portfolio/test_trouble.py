"""When the machine fails: nothing is destroyed, and her text is not lost with it."""

import base64
from pathlib import Path

import pytest
from django.db import connection

from lerarenregister.portfolio.models import Entry
from tests.web.portfolio.conftest import Person, ticket_in
from tests.web.starting import start


def fill_the_disk() -> None:
    """From here on a new row does not fit (SQLite: no more pages; PostgreSQL: the error of a full disk)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")  # pages that earlier tests left free would still take the row
            cursor.execute("PRAGMA freelist_count")
            assert cursor.fetchone()[0] == 0
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
            return
        cursor.execute(
            "CREATE FUNCTION pg_temp.full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$"
        )
        cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON portfolio_entry EXECUTE FUNCTION pg_temp.full_disk()")


def empty_the_disk() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 1073741823")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS full_disk ON portfolio_entry")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_gives_the_text_back_and_keeps_nothing_half(teacher: Person) -> None:
    posted = {**teacher.ticket(), "tekst": "Mag niet verloren gaan " * 4000}
    fill_the_disk()
    try:
        answer = teacher.client.post("/portfolio/bewaren/", posted)
    finally:
        empty_the_disk()
    page = answer.content.decode()
    assert answer.status_code == 503
    assert posted["tekst"] in page
    assert not Entry.objects.exists()
    again = teacher.client.post("/portfolio/bewaren/", {**ticket_in(page), "tekst": posted["tekst"]})
    assert again.status_code == 303
    assert Entry.objects.count() == 1


def test_with_a_wrong_or_missing_wrapping_key_the_server_refuses_to_start_and_destroys_nothing(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    store = tmp_path / "keys.sqlite3"
    before = store.read_bytes()
    other = base64.b64encode(b"o" * 32).decode()
    for wrong, sentence in [
        (other, "not the one this key store was made with"),
        ("c2hvcnQ=", "must be 32 bytes"),
        ("no base64!", "must be 32 bytes in base64"),
        ("(unset)", "KEYSTORE_WRAPPING_KEY is not set"),
    ]:
        refused = start(tmp_path, KEYSTORE_WRAPPING_KEY=wrong)
        assert refused.returncode != 0
        assert sentence in refused.stderr
        assert store.read_bytes() == before
    assert start(tmp_path).returncode == 0


@pytest.mark.django_db
def test_an_envelope_that_was_damaged_is_explained_and_nothing_is_thrown_away(teacher: Person) -> None:
    url = teacher.written("Van mij")
    Entry.objects.update(head=b"\x01" + b"\x00" * 60)
    for path in (url, "/portfolio/", "/portfolio/prullenbak/"):
        response = teacher.client.get(path)
        assert response.status_code == 500
        assert "Er is niets veranderd of weggegooid" in response.content.decode()
    assert "niets weg" in teacher.get("/")
    assert Entry.objects.count() == 1
