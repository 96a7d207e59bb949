"""A database that was restored does not know who came after its backup; the vault does. She can go on."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from lerarenregister.accounts.models import Account, Identity, SignedInSession
from lerarenregister.kernel import clock
from lerarenregister.portfolio.actions.keys import forget_erasures
from lerarenregister.portfolio.models import KeyErasure, PortfolioKey
from tests import vaults
from tests.rulebook import TERMS
from tests.web.portfolio.conftest import Person
from vault.backups import back_up, restore

pytestmark = pytest.mark.django_db

CLOSE = "/mijn-gegevens/sluiten/"


def copied(vault: vaults.Here, folder: Path) -> Path:
    """A folder with the vault as it is now, put back from a backup."""
    copy = back_up(vault().store.path, folder / "copies", at=clock.now())
    (folder / "again").mkdir()
    restore(copy, folder / "again" / "vault.sqlite3")
    shutil.copy(vault().store.path.with_name("roots"), folder / "again" / "roots")
    return folder / "again"


def rows(vault: vaults.Here, kind: str = "%") -> list[tuple[bytes, bytes]]:
    return vault().store.read("SELECT locator, envelope FROM holder WHERE kind LIKE ? ORDER BY locator", kind)


def test_who_came_after_the_backup_begins_anew_and_can_write(
    signed_in: Callable[..., Person], vault: vaults.Here
) -> None:
    first = signed_in("late")
    before = rows(vault, "identity")
    for model in (SignedInSession, Identity, Account, PortfolioKey):
        model.objects.all().delete()  # as in a backup of before she came
    again = signed_in("late")
    assert again.account != first.account
    again.written("Opnieuw begonnen")
    assert "Opnieuw begonnen" in signed_in("late").get("/portfolio/")
    assert rows(vault, "identity") == before, "the key that she has is hers again: nothing is made beside it"


def test_a_key_that_was_made_after_the_backup_opens_what_is_in_the_backup_no_more_and_nothing_is_hidden(
    signed_in: Callable[..., Person], vault: vaults.Here
) -> None:
    """The vault was put back as it was before her: what is stored needs a key that is gone, and no new one is made."""
    early = signed_in("teacher")
    early.written("Van mij")
    with vaults.in_process() as older:
        assert signed_in("teacher").client.get("/portfolio/").status_code == 401
        assert rows(older) == []
    assert "Van mij" in signed_in("teacher").get("/portfolio/")


def test_a_key_is_left_as_it_is_while_something_is_stored(signed_in: Callable[..., Person], vault: vaults.Here) -> None:
    """An identity that opens one key, moved to the account of another, whose entries are under another key."""
    teacher, other = signed_in("teacher"), signed_in("other")
    other.written("Van een ander")
    before = rows(vault)
    SignedInSession.objects.all().delete()
    Identity.objects.filter(account_id=other.account).delete()
    Identity.objects.filter(account_id=teacher.account).update(account_id=other.account)
    assert signed_in("teacher").client.get("/portfolio/").status_code == 401
    assert rows(vault) == before


def test_the_key_of_one_account_is_never_noted_for_another(signed_in: Callable[..., Person]) -> None:
    teacher, other = signed_in("teacher"), signed_in("other")
    noted = dict(PortfolioKey.objects.values_list("owner", "key"))
    Identity.objects.filter(account_id=teacher.account).update(account_id=other.account)
    signed_in("teacher")
    assert dict(PortfolioKey.objects.values_list("owner", "key")) == noted


def test_a_key_that_was_erased_is_erased_again_when_an_older_vault_is_put_back(
    signed_in: Callable[..., Person],
    vault: vaults.Here,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    her, other = signed_in("teacher"), signed_in("other")
    older = copied(vault, tmp_path)
    with django_capture_on_commit_callbacks(execute=True):
        assert her.client.post(CLOSE)["Location"] == "/mijn-gegevens/gesloten/"
    kept = list(PortfolioKey.objects.filter(owner=other.account).values_list("key", flat=True))
    assert [each.hex() for each in vault().held()] == [key.hex for key in kept]
    with vaults.in_process(older) as again:
        assert len(list(again().held())) == 2, "it is back"
        call_command("run_due")
        assert [each.hex() for each in again().held()] == [key.hex for key in kept]


def test_who_signs_in_before_an_erased_key_is_erased_again_never_gets_it_back(
    signed_in: Callable[..., Person],
    vault: vaults.Here,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    her = signed_in("teacher")
    (first,) = PortfolioKey.objects.values_list("key", flat=True)
    older = copied(vault, tmp_path)
    with django_capture_on_commit_callbacks(execute=True):
        her.client.post(CLOSE)
    with vaults.in_process(older) as again:
        assert signed_in("teacher").client.get("/portfolio/").status_code == 401
        assert list(again().held()) == [], "it is gone at once"
        anew = signed_in("teacher")
        anew.written("Opnieuw begonnen")
        assert PortfolioKey.objects.get(owner=anew.account).key != first


def test_that_a_key_was_erased_is_forgotten_when_no_backup_has_it(
    signed_in: Callable[..., Person], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    her = signed_in("teacher")
    with django_capture_on_commit_callbacks(execute=True):
        her.client.post(CLOSE)
    at = clock.now() + TERMS.key_backup + timedelta(days=2)
    assert forget_erasures(at=at) == 0
    assert KeyErasure.objects.count() == 1
    assert forget_erasures(at=at + timedelta(days=1)) == 1
