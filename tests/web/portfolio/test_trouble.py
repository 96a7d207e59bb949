"""When the machine fails: nothing is destroyed, and her text is not lost with it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from lerarenregister.accounts.oidc.providers import Provider
from lerarenregister.portfolio.models import Entry
from lerarenregister.web.portfolio import keys
from tests import vaults
from tests.web.portfolio.conftest import Person, ticket_in
from tests.web.starting import start

PROVIDER = Provider("eid", "eID", vaults.ISSUER, vaults.CLIENT, "secret", person_bound=True)


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


def test_without_the_token_of_the_vault_the_server_refuses_to_start_and_without_the_vault_it_starts(
    tmp_path: Path,
) -> None:
    for wrong, sentence in [
        ("(unset)", "VAULT_TOKEN is not set"),
        ("short", "VAULT_TOKEN has 5 characters and needs at least 32"),
    ]:
        refused = start(tmp_path, VAULT_TOKEN=wrong)
        assert refused.returncode != 0
        assert sentence in refused.stderr
    assert start(tmp_path, VAULT_URL="http://127.0.0.1:9").returncode == 0


@pytest.mark.django_db
def test_while_the_vault_is_away_she_signs_in_and_is_told_and_what_is_open_stays_open(
    teacher: Person, signed_in: Callable[..., Person]
) -> None:
    url = teacher.written("Van mij")
    with vaults.away():
        assert "Van mij" in teacher.get(url), "the vault is asked once a sign-in, never once a page"
        assert teacher.write("En nog iets").status_code == 303
        begun = keys.secret_for(PROVIDER)
        late = signed_in("teacher")
        assert late.client.get("/mijn-registratie/").status_code == 200
        shut = late.client.get("/portfolio/")
        assert shut.status_code == 401
        assert "storing bij ons" in shut.content.decode()
    assert begun == ""
    assert "Van mij" in signed_in("teacher").get("/portfolio/")


@pytest.mark.django_db
def test_when_the_vault_can_write_nothing_no_key_is_given_out(
    teacher: Person, signed_in: Callable[..., Person], vault: vaults.Here
) -> None:
    teacher.written("Van mij")
    writer = vault().store._connected()
    writer.execute("VACUUM")
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    told = [signed_in(f"teacher {number}").client.get("/portfolio/").status_code for number in range(40)]
    assert 401 in told
    vault().store._forget_writer()
    assert "Van mij" in signed_in("teacher").get("/portfolio/")


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


@pytest.mark.django_db
def test_one_damaged_text_keeps_nothing_else_from_her_and_the_lists_say_it_does_not_open(teacher: Person) -> None:
    shut, binned = teacher.written("Kanarie beschadigd"), teacher.written("Kanarie weg")
    teacher.written("Kanarie heel")
    teacher.press(binned, "verwijderen/")
    also = teacher.written("Kanarie ook weg")
    teacher.press(also, "verwijderen/")
    for url in (shut, also):
        Entry.objects.filter(pk=url.split("/")[2]).update(head=b"\x01" + b"\x00" * 60)
    two = "2 teksten van je gaan nu niet open"
    for path, there, said in (
        ("/portfolio/", "Kanarie heel", two),
        ("/portfolio/prullenbak/", "Kanarie weg", "Eén tekst van je gaat nu niet open"),
        ("/portfolio/terugblik/", "Vastgelegd per maand", two),
        ("/portfolio/doelen/", "Doelen", ""),
        ("/", "Kanarie heel", ""),
    ):
        page = teacher.get(path)
        assert there in page
        assert said in page
    page = teacher.client.post("/portfolio/zoeken/", {"woorden": "kanarie"}).content.decode()
    assert "1 gevonden" in page
    assert two in page
    assert teacher.client.get(shut).status_code == 500
