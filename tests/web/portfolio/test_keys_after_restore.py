"""A database that was restored does not know who came after its backup; the vault does. She can go on."""

from collections.abc import Callable

import pytest

from lerarenregister.accounts.models import Account, Identity, SignedInSession
from lerarenregister.portfolio.models import PortfolioKey
from tests import vaults
from tests.web.portfolio.conftest import Person

pytestmark = pytest.mark.django_db


def rows(vault: vaults.Here) -> list[tuple[bytes, bytes]]:
    return vault().store.read("SELECT locator, envelope FROM holder ORDER BY locator")


def test_who_came_after_the_backup_begins_anew_and_can_write(
    signed_in: Callable[..., Person], vault: vaults.Here
) -> None:
    first = signed_in("late")
    before = rows(vault)
    for model in (SignedInSession, Identity, Account, PortfolioKey):
        model.objects.all().delete()  # as in a backup of before she came
    again = signed_in("late")
    assert again.account != first.account
    again.written("Opnieuw begonnen")
    assert "Opnieuw begonnen" in signed_in("late").get("/portfolio/")
    assert rows(vault) == before, "the key that she has is hers again: nothing is made beside it"


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
